"""The action's container is killed, as happens when a job is cancelled: the database container beside it ends, too."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docker
import pytest

from tests.fakes.engine import postgres
from tests.support.action import WITH_AGE
from tests.support.containers import Containers
from tests.support.stops import stop
from tests.support.waiting import PATIENCE, wait_until

STOP = stop(Path("/github/workspace/stop"))


@pytest.fixture
def stoppable(in_network: Containers) -> Iterator[tuple[Containers, Callable[[], socket.socket]]]:
    """A job whose project code stops in its models until somebody answers; how to wait for that."""
    listening = threading.Event()
    with socket.socket(socket.AF_UNIX) as listener:

        class Stoppable(Containers):
            def _check_out(self, workspace: Path, ref: str) -> None:
                super()._check_out(workspace, ref)
                listener.bind(str(workspace / "stop"))
                (workspace / "stop").chmod(0o777)
                listener.listen()
                listener.settimeout(PATIENCE)
                listening.set()

        def stopped() -> socket.socket:
            assert listening.wait(PATIENCE)
            line, _ = listener.accept()
            listener.close()  # later stops are passed
            return line

        in_network.__class__ = Stoppable
        yield in_network, stopped


def test_the_database_ends_with_the_actions_container(
    stoppable: tuple[Containers, Callable[[], socket.socket]],
    engine: docker.DockerClient,
) -> None:
    stage, stopped = stoppable
    image = postgres(engine)
    stage.open({"models.py": WITH_AGE + STOP})
    with ThreadPoolExecutor(1) as pool:
        ending = pool.submit(stage.pull_request, database=f"docker:{image}")
        with stopped():
            there = {"network": stage.network}
            (action,) = engine.containers.list(filters={**there, "label": "emulated-runner"})
            # Workers do not wait for the server.
            wait_until(lambda: bool(engine.containers.list(filters={**there, "label": "migration-bot=database"})))
            (database,) = engine.containers.list(filters={**there, "label": "migration-bot=database"})
            action.kill()
            assert ending.result(PATIENCE) == 137

    def state() -> str:
        database.reload()
        return str(database.status)

    wait_until(lambda: state() == "exited")
    database.remove()
    (body,) = stage.hub.bodies(1)  # of the post step
    assert "killed" in body
