"""What the project's code can read, reach and write of the machine that it runs on: nothing that is not its own."""

import socket
import threading
from collections.abc import Iterator

import pytest

from bot.system import landlock
from tests.support.machine import OWN_VARIABLES, PROBES, SECRET, Machine, spy

pytestmark = pytest.mark.skipif(landlock.version() < 6, reason="this kernel's Landlock knows too little (Linux 6.12)")


@pytest.fixture
def other_server() -> Iterator[int]:
    """A server on the loopback that tells its secret to whoever asks."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(SECRET.encode())

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def _given(machine: Machine, port: int) -> dict[str, object]:
    runner = machine.folder / "runner"
    places = [machine.home, machine.home / ".ssh", machine.home / ".config/gh", machine.home / ".docker", runner]
    targets = [runner / name for name in ("env", "output", "path", "step_summary")]
    targets += [machine.home / ".bashrc", machine.folder / "temporary/x", machine.repository / "models.py"]
    return {
        "PLACES": [str(path) for path in (*places, machine.repository / ".git/config", "/etc/shadow")],
        "TARGETS": [
            *map(str, targets),
            *(str(path.parents[1] / "bot.pth") for path in (machine.python, machine.project)),
        ],
        "REPOSITORY": str(machine.repository),
        "HOME": str(machine.home),
        "PORT": port,
    }


NAMES = sorted(path.stem for path in PROBES.glob("*.py"))


def test_no_spy_comes_home_with_anything(machine: Machine, other_server: int) -> None:
    given = _given(machine, other_server)
    machine.commit({"models.py": spy(*NAMES, given=given)})

    ended = machine.check()

    assert ended.code == 1
    assert ended.report.status == "error"
    allowed = (*OWN_VARIABLES, "LD_LIBRARY_PATH=")
    assert [text for text in ended.loot if text.strip() and not text.startswith(allowed)] == []
    assert SECRET not in ended.text + ended.printed
    runner = machine.folder / "runner"
    assert all((runner / file).read_text() == "" for file in ("env", "output", "path", "step_summary"))


@pytest.mark.parametrize("name", NAMES)
def test_each_of_them_finds_something_where_nobody_confines_it(machine: Machine, other_server: int, name: str) -> None:
    """Else the test above would prove nothing."""
    source = spy(name, given=_given(machine, other_server))
    script = machine.folder / "spy.py"
    script.write_text(source)
    done = machine.run([str(machine.python), "-I", "-c", source], machine.environ, machine.home)
    (machine.temporary / "x").unlink(missing_ok=True)
    loot = done.stderr.partition("loot: ")[2]
    assert SECRET in loot or "wrote" in loot, done.stderr
