"""`--database docker:IMAGE`: a PostgreSQL container next to us, of the version that the project uses.

Comes in: an image's name. Goes out: a server whose data live in memory, removed whatever happens. When the
bot is itself in a container, it joins that one's network and goes by the address there; else by a port of
this machine.
"""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from bot.database import roles
from bot.database.addresses import Address
from bot.database.passwords import new_password
from bot.database.servers import Context, Server
from bot.errors import ToolError
from bot.processes import LOG_TAIL

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container

PREFIX = "docker:"
PORT = 5432
ADMIN = "postgres"  # the superuser and its database, which an image might name otherwise
LABEL = "migration-bot"
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
    "max_locks_per_transaction": "256",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def claims(spec: str) -> bool:
    """Whether `spec` names an image."""
    return spec.startswith(PREFIX) and len(spec) > len(PREFIX)


@contextmanager
def start(spec: str, context: Context) -> Iterator[Server]:  # noqa: ARG001  all servers start alike
    """Start a container of the image; it is removed with the context.

    Raises `ToolError` when there is no Docker, no such image, or the server does not come up.
    """
    image = spec.removeprefix(PREFIX)
    client = _client()
    try:
        _pull_if_missing(client, image)
        network = _own_network(client)
        password = new_password()
        with _container(client, image, network, password) as container:
            yield roles.secure(_await_ready(container, network, password))
    finally:
        client.close()


def _client() -> "DockerClient":
    # Only this plug-in needs the library, and importing it costs 0.4 s.
    import docker  # noqa: PLC0415

    try:
        return docker.from_env()
    except docker.errors.DockerException as error:
        raise ToolError(
            f"cannot reach a Docker engine: {error}",
            "Start Docker and see that this user may use it, or use `--database embedded`.",
            kind="docker",
        ) from error


def _pull_if_missing(client: "DockerClient", image: str) -> None:
    from docker import errors  # noqa: PLC0415

    try:
        client.images.get(image)
    except errors.ImageNotFound:
        try:
            client.images.pull(image)
        except errors.APIError as error:
            raise ToolError(
                f"no Docker image {image!r} here, and it cannot be pulled: {error.explanation or error}",
                "Check the name, and `docker login` for a private registry.",
                kind="docker",
            ) from error


def _own_network(client: "DockerClient") -> str | None:
    """The first network of the container that we are in; `None` outside, or when it has the host's."""
    from docker import errors  # noqa: PLC0415

    try:
        own = client.containers.get(socket.gethostname())
    except errors.APIError:
        return None
    networks: list[str] = list(own.attrs["NetworkSettings"]["Networks"])
    return networks[0] if networks and networks[0] not in ("host", "none") else None


@contextmanager
def _container(client: "DockerClient", image: str, network: str | None, password: str) -> Iterator["Container"]:
    from docker import errors  # noqa: PLC0415

    place: dict[str, Any] = {"network": network} if network else {"ports": {f"{PORT}/tcp": ("127.0.0.1", 0)}}
    try:
        container = client.containers.create(
            image,
            command=["postgres", *(f"--{name}={value}" for name, value in SETTINGS.items())],
            environment={
                "POSTGRES_USER": ADMIN,
                "POSTGRES_PASSWORD": password,
                "POSTGRES_DB": ADMIN,
                "POSTGRES_INITDB_ARGS": "--no-sync --auth-host=scram-sha-256",
                "PGDATA": f"{DATA}/data",
            },
            labels={LABEL: "database"},
            tmpfs={DATA: ""},
            **place,
        )
    except errors.APIError as error:
        raise _refused(image, error) from error
    try:
        try:
            container.start()
        except errors.APIError as error:
            raise _refused(image, error) from error
        yield container
    finally:
        with suppress(errors.APIError):
            container.remove(force=True, v=True)


def _refused(image: str, error: Exception) -> ToolError:
    return ToolError(
        f"Docker cannot run image {image!r}: {error}",
        "Check that it is a PostgreSQL image for this kind of machine.",
        kind="docker",
    )


def _await_ready(container: "Container", network: str | None, password: str) -> Address:
    """Where the server is, once it answers: the image starts it twice, and only the second one on TCP."""
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        container.reload()
        if container.status in ("exited", "dead"):
            raise _failed("the database container ended at once", container)
        host, port = reach(container.attrs["NetworkSettings"], network)
        if host and port:
            address = Address(host, port, ADMIN, password, ADMIN)
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
    tail = container.logs().decode(errors="replace")[-LOG_TAIL:]
    return ToolError(
        message,
        "See the end of its log; the image has to be PostgreSQL's official one or behave like it.",
        kind="docker",
        log_tail=tail,
    )
