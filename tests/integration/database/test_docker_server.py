"""With a Docker engine only; `postgres:15` is taken from it or pulled."""

from pathlib import Path

import docker
import psycopg2
import pytest

from bot.database.databases import Databases
from bot.database.servers import Context, start
from bot.database.setup import run_setup
from bot.errors import ToolError
from tests.integration.database.conftest import ask


@pytest.fixture
def engine() -> docker.DockerClient:
    # The SDK leaves a socket open when it cannot connect, which counts as an error here.
    if not Path("/var/run/docker.sock").exists():
        pytest.skip("no Docker engine on this machine")
    return docker.from_env()


def _ours(engine: docker.DockerClient) -> list[str]:
    return [str(made.id) for made in engine.containers.list(all=True, filters={"label": "migration-bot"})]


def test_a_container_serves_and_is_removed(engine: docker.DockerClient, context: Context) -> None:
    before = _ours(engine)
    with start("docker:postgres:15", context) as server, Databases(server) as databases:
        run_setup(databases, ["CREATE EXTENSION dblink; CREATE TABLE t (a int)"])
        name = databases.create("old")
        with databases.temporary("trial", name) as copy:
            ask(databases.address(copy), "ALTER TABLE t ADD b int")
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                ask(databases.address(copy), "COPY (SELECT 1) TO PROGRAM 'cat'")
        assert server.major == 15
    assert _ours(engine) == before


def test_an_image_that_does_not_exist_is_named(engine: docker.DockerClient, context: Context) -> None:
    with pytest.raises(ToolError, match="no-such-image"), start("docker:no-such-image-anywhere:1", context):
        pass


def test_an_engine_that_does_not_answer_is_told(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    with pytest.raises(ToolError, match="cannot reach a Docker engine"), start("docker:postgres:15", context):
        pass
