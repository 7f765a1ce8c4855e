"""`--database docker:IMAGE`, with a Docker engine only."""

from collections.abc import Iterator

import docker
import psycopg2
import pytest
from docker.models.containers import Container

from bot.database.databases import Databases
from bot.database.servers import Context, start
from bot.database.setup import run_setup
from bot.errors import ToolError
from tests.fakes.engine import IMAGE, postgres
from tests.fakes.engine import engine as running_engine
from tests.support.servers import ask
from tests.support.troubleshooting import appears


@pytest.fixture(scope="module")
def engine() -> Iterator[docker.DockerClient]:
    with running_engine() as client:
        yield client


@pytest.fixture(scope="module")
def image(engine: docker.DockerClient) -> str:
    return postgres(engine)


def _ours(engine: docker.DockerClient, image: str) -> list[Container]:
    """Containers that the bot started from an image; other tests may have theirs at the same time."""
    listed = engine.containers.list(all=True, filters={"label": "migration-bot=database"}, ignore_removed=True)
    return [made for made in listed if made.attrs["Config"]["Image"] == image]


def test_a_container_serves_and_is_removed(engine: docker.DockerClient, image: str, context: Context) -> None:
    with start(f"docker:{image}", context) as server, Databases(server) as databases:
        made = next(box for box in _ours(engine, image) if str(server.admin.port) in str(box.ports))
        run_setup(databases, ["CREATE EXTENSION dblink; CREATE TABLE t (a int)"])
        name = databases.create("old")
        with databases.temporary("trial", name) as copy:
            ask(databases.address(copy), "ALTER TABLE t ADD b int")
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                ask(databases.address(copy), "COPY (SELECT 1) TO PROGRAM 'cat'")
        assert server.version.startswith("PostgreSQL")
        limits = made.attrs["HostConfig"]
        assert 0 < limits["Memory"] == limits["MemorySwap"] < engine.info()["MemTotal"]
        assert (limits["PidsLimit"], limits["LogConfig"]["Type"]) == (1_024, "local")
    assert made.id not in [box.id for box in _ours(engine, image)]


def test_an_image_that_does_not_exist_is_named(engine: docker.DockerClient, context: Context) -> None:
    with pytest.raises(ToolError, match="no-such-image"), start("docker:no-such-image-anywhere:1", context):
        pass


def test_an_image_that_is_no_server_is_told_and_removed(engine: docker.DockerClient, context: Context) -> None:
    # The action's own image ends at once, because there is no runner around it.
    with pytest.raises(ToolError, match="ended at once") as caught, start(f"docker:{IMAGE}", context):
        pass
    assert "migration-bot" in caught.value.log_tail
    assert _ours(engine, IMAGE) == []


def test_an_engine_that_does_not_answer_is_told(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    with pytest.raises(ToolError) as caught, start("docker:postgres:15", context):
        pass
    appears("cannot reach a Docker engine", caught.value.message)
