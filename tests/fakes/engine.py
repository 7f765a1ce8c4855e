"""The Docker engine of this machine, for tests that skip where there is none."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker
import pytest

IMAGE = os.environ.get("MIGRATION_BOT_IMAGE", "migration-bot:dev")
SERVER = "migration-bot-postgres:dev"
SOCKET = Path("/var/run/docker.sock")


@contextmanager
def engine() -> Iterator[docker.DockerClient]:
    """A client of the engine, which has the action's image; skips the test where it does not."""
    # The SDK leaves a socket open when it cannot connect, which counts as an error here.
    if not SOCKET.exists():
        pytest.skip("no Docker engine on this machine")
    client = docker.from_env()
    try:
        if not client.images.list(IMAGE):
            pytest.skip(f"the Docker engine has no image {IMAGE}: `make image` builds it")
        yield client
    finally:
        client.close()


def postgres(client: docker.DockerClient) -> str:
    """The name of an image that behaves like PostgreSQL's official one, made here: no registry is asked."""
    client.images.build(path=str(Path(__file__).with_name("postgres")), tag=SERVER, labels={"migration-bot": "test"})
    return SERVER


def address_of_host(client: docker.DockerClient, network: str) -> str:
    """This machine's address as containers in a network see it."""
    routes = client.containers.run(IMAGE, ["/proc/net/route"], entrypoint="cat", network=network, remove=True)
    default = next(line.split() for line in routes.decode().splitlines() if line.split()[1] == "00000000")
    return ".".join(str(number) for number in reversed(bytes.fromhex(default[2])))
