"""`--database docker:IMAGE` when the bot, the container or the engine goes away in the middle."""

import re
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest
from docker.models.containers import Container

from bot.database import containers
from tests.fakes.engine import SOCKET, engine, postgres
from tests.support.machine import Machine
from tests.support.projects import MODELS
from tests.support.stops import OWN_MIGRATION, Stopped, stop, stopped
from tests.support.waiting import wait_until

WITH_AGE = MODELS + "    age = sa.Column(sa.Integer)\n"


class Way:
    """The way to the engine: what passes is seen, and it can be cut."""

    def __init__(self, path: Path) -> None:
        self.path, self.seen = path, b""
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        path.chmod(0o777)
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(str(SOCKET))
            self._pairs.append((near, far))
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                self.seen += data
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def cut(self) -> None:
        self.path.unlink(missing_ok=True)
        # A thread that waits in accept() would hold the socket.
        for end in (self._listener, *(end for pair in self._pairs for end in pair)):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
            finally:
                end.close()


@pytest.fixture
def client() -> Iterator[docker.DockerClient]:
    with engine() as made:
        yield made


@pytest.fixture
def way(machine: Machine) -> Iterator[Way]:
    made = Way(machine.folder / "docker.sock")
    yield made
    made.cut()


@pytest.fixture
def run(machine: Machine, listener: socket.socket, client: docker.DockerClient, way: Way) -> Iterator[Stopped]:
    """A run that stands in a migration, with its server in a container."""
    image = postgres(client)
    upgrade = OWN_MIGRATION.format(stop=stop(machine.folder / "stop", "    "))
    machine.commit({"models.py": WITH_AGE, "migrations/versions/b2_own.py": upgrade})
    env = {"DOCKER_HOST": f"unix://{way.path}", "MIGRATION_BOT_TIMEOUT": "20"}
    with stopped(machine, listener, "--database", f"docker:{image}", **env) as made:
        yield made


def _container(client: docker.DockerClient, way: Way) -> Container:
    (number,) = set(re.findall(rb"POST /v[0-9.]+/containers/([0-9a-f]{64})/start", way.seen))
    return client.containers.get(number.decode())


def _is_gone(client: docker.DockerClient, way: Way) -> bool:
    try:
        _container(client, way)
    except docker.errors.NotFound:
        return True
    return False


@pytest.mark.in_turn
def test_the_container_of_a_killed_bot_ends_by_itself(run: Stopped, client: docker.DockerClient, way: Way) -> None:
    container = _container(client, way)
    assert container.status == "running"
    assert [mount for mount in container.attrs["Mounts"] if mount["Type"] == "volume"] == []
    run.bot.kill()
    wait_until(lambda: _container(client, way).status == "exited")
    container.remove()


@pytest.mark.in_turn
@pytest.mark.parametrize("how", ["kill", "pause"])
def test_a_container_that_is_killed_or_hangs_is_named(
    run: Stopped, client: docker.DockerClient, way: Way, how: str
) -> None:
    getattr(_container(client, way), how)()
    run.go_on()
    code, printed = run.end()
    assert code == 3, printed
    assert run.report.projects[0].error is not None
    assert run.report.projects[0].error.kind == "server"
    assert _is_gone(client, way)


@pytest.mark.in_turn
def test_an_engine_that_goes_away_is_named(run: Stopped, client: docker.DockerClient, way: Way) -> None:
    container = _container(client, way)
    way.cut()
    run.go_on()
    code, printed = run.end()
    wait_until(lambda: client.containers.get(str(container.id)).status == "exited")
    container.remove()
    assert code == 3, printed
    assert "Traceback" not in printed
    assert run.report.projects[0].error is not None
    assert run.report.projects[0].error.kind == "server"


def test_what_a_killed_run_left_is_removed_by_a_later_one(client: docker.DockerClient) -> None:
    kind = f"left-{secrets.token_hex(8)}"
    image = postgres(client)
    made = [client.containers.create(image, labels={containers.LABEL: name}) for name in (kind, kind, "test")]
    containers.remove_left_over(client, kind, str(int(time.time()) + 60))
    here = {box.id for box in client.containers.list(all=True, ignore_removed=True)}
    made[2].remove()
    assert [box.id in here for box in made] == [False, False, True]
