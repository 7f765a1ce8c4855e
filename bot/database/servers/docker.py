"""`--database docker:IMAGE`: a PostgreSQL container, of the version that the project uses.

In: an image's name. Out: a server whose data live in memory, removed whatever happens. When the
bot is itself in a container, it joins that one's network and goes by the address there; else by a port of
this machine.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.database import containers, heartbeat, roles
from bot.database.addresses import Address
from bot.database.passwords import new_password
from bot.database.servers import Context, Server
from bot.errors import ToolError
from bot.system import LOG_TAIL

if TYPE_CHECKING:
    from docker.models.containers import Container

PREFIX = "docker:"
PORT = 5432
ADMIN = "postgres"  # the superuser and its database, which an image might name otherwise
START_TIMEOUT = 120.0  # seconds to make the data folder and start, after the image is here
POLL = 0.05  # seconds; an attempt to connect costs little
DATA = "/var/lib/migration-bot"  # the image's own place for data moved between versions

SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
    "restart_after_crash": "off",
    "max_locks_per_transaction": "256",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
ENVIRONMENT = {
    "POSTGRES_USER": ADMIN,
    "POSTGRES_DB": ADMIN,
    "POSTGRES_INITDB_ARGS": "--no-sync --auth-host=scram-sha-256",
    "PGDATA": f"{DATA}/data",
}
LOG_LINES = 100
MEMORY_SHARE = 0.75  # of the engine's machine, with what the server has in files in memory
# SQL of the project's runs in it: the driver of that name keeps 100 MB of what a container writes (Docker's manual).
LIMITS = {"pids_limit": 1_024, "log_config": {"type": "local"}}


def claims(spec: str) -> bool:
    """Whether `spec` names an image."""
    return spec.startswith(PREFIX) and len(spec) > len(PREFIX)


@contextmanager
def start(spec: str, context: Context) -> Iterator[Server]:
    """Start a container of the image; it is removed with the context.

    Raises `ToolError` when there is no Docker, no such image, or the server does not come up.
    """
    image, password = spec.removeprefix(PREFIX), new_password()
    with containers.engine() as client:
        containers.remove_left_over(client)
        network = containers.own_network(client)
        place: dict[str, Any] = {"network": network} if network else {"ports": {f"{PORT}/tcp": ("127.0.0.1", 0)}}
        command = ["postgres", *(f"--{name}={value}" for name, value in SETTINGS.items())]
        environment = {**ENVIRONMENT, "POSTGRES_PASSWORD": password}
        memory = int(client.info()["MemTotal"] * MEMORY_SHARE)
        place |= LIMITS | {"mem_limit": memory, "memswap_limit": memory}
        with containers.running(client, image, command, environment, tmpfs={DATA: ""}, **place) as container:
            address = _await_ready(container, network, password)
            with heartbeat.watched(address, context.timeout, lambda: _kill(container)):
                yield replace(roles.secure(address), log_tail=lambda: _log_tail(container))


def _kill(container: "Container") -> None:
    with containers.tolerant():
        container.kill()


def _log_tail(container: "Container") -> str:
    """The end of what the container wrote, `""` when it is gone."""
    with containers.tolerant():
        return str(container.logs(tail=LOG_LINES).decode(errors="replace"))[-LOG_TAIL:]
    return ""


def _await_ready(container: "Container", network: str | None, password: str) -> Address:
    """Where the server is, once it answers: the image starts it twice, and only the second one on TCP."""
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        container.reload()
        if container.status in ("exited", "dead"):
            raise _failed("the database container ended at once", container)
        host, port = reach(container.attrs["NetworkSettings"], network)
        if host and port:
            address = Address(host, port, ADMIN, password, ADMIN, trusted=True)
            try:
                address.connect().close()
            except ToolError as error:
                if time.monotonic() > deadline:
                    raise _failed(
                        f"the database container was not ready after {START_TIMEOUT:g} s", container
                    ) from error
            else:
                return address
        time.sleep(POLL)


def reach(settings: dict[str, Any], network: str | None) -> tuple[str, int]:
    """Host and port of a container with these network settings; empty as long as it has none."""
    if network:
        return str(settings["Networks"].get(network, {}).get("IPAddress", "")), PORT
    published = (settings.get("Ports") or {}).get(f"{PORT}/tcp") or []
    return ("127.0.0.1", int(published[0]["HostPort"])) if published else ("", 0)


def _failed(message: str, container: "Container") -> ToolError:
    return ToolError(
        message,
        "See the end of its log; the image has to be PostgreSQL's official one or behave like it.",
        kind="docker",
        log_tail=_log_tail(container),
    )
