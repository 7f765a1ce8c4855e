"""A run that can be stopped at any point of the project's code, to break something there.

The project's code says where it is over a socket, and goes on when it is told to.
"""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.model import Report, from_json
from tests.attacks.conftest import Machine, machine, python, user  # noqa: F401  fixtures
from tests.waiting import PATIENCE

# A stop is a line of the project's code. What is stopped twice (models are imported for every task) passes later.
STOP = """
import socket as _socket
with _socket.socket(_socket.AF_UNIX) as _line:
    _line.connect({path!r})
    _line.recv(1)
"""


def stop(path: Path, indent: str = "") -> str:
    """The source of a stop that talks to the socket at `path`."""
    return "".join(f"{indent}{line}\n" for line in STOP.format(path=str(path)).splitlines())


@dataclass
class Stopped:
    """A run of the bot, standing at a stop."""

    bot: "subprocess.Popen[str]"
    machine: Machine
    line: socket.socket
    descendants: dict[int, str]

    def go_on(self) -> None:
        with suppress(OSError):
            self.line.sendall(b"x")
        self.line.close()

    def find(self, word: str) -> list[int]:
        """The numbers of those of the run's processes that have a word in their command line."""
        return [pid for pid, command in self.descendants.items() if word in command]

    def end(self) -> tuple[int, str]:
        """Exit code, and all that was printed."""
        printed, _ = self.bot.communicate(timeout=PATIENCE)
        return self.bot.returncode, printed

    @property
    def report(self) -> Report:
        return from_json((self.machine.folder / "report/report.json").read_bytes())


@contextmanager
def stopped(machine: Machine, listener: socket.socket, *options: str, **env: str) -> Iterator[Stopped]:  # noqa: F811
    """Start `check` and wait until it stands at its stop; later stops are passed at once."""
    out = machine.folder / "report"
    out.mkdir(exist_ok=True)
    machine.give_away()
    bot = machine.start(machine.words(*options, "--output-dir", str(out)), env)
    listener.settimeout(PATIENCE)
    line, _ = listener.accept()
    listener.close()
    try:
        yield Stopped(bot, machine, line, dict(descendants(bot.pid)))
    finally:
        line.close()
        with suppress(ProcessLookupError):
            os.killpg(bot.pid, 9)
        bot.communicate()


def descendants(root: int) -> Iterator[tuple[int, str]]:
    """All processes below one, with their command lines."""
    parents, commands = {}, {}
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (place / "stat").read_text(errors="replace").rpartition(")")[2].split()
            parents[int(place.name)] = int(fields[1])
            commands[int(place.name)] = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    for pid in parents:
        above = pid
        while above in parents and above != root:
            above = parents[above]
        if above == root and pid != root:
            yield pid, commands[pid]


def segments(pids: dict[int, str]) -> list[str]:
    """System V shared memory that was made by one of these processes; `man 5 proc_sysvipc`, fields 2 and 5."""
    lines = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    return [line.split()[1] for line in lines if int(line.split()[4]) in pids]


def running(pids: dict[int, str]) -> dict[int, str]:
    """Those processes that are still what they were, and no zombies."""
    found = {}
    for pid, command in pids.items():
        with suppress(OSError):
            state = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
            now = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if state != "Z" and now == command:
                found[pid] = command
    return found


@pytest.fixture
def listener(machine: Machine) -> Iterator[socket.socket]:  # noqa: F811
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(machine.folder / "stop"))
        made.listen(64)
        (machine.folder / "stop").chmod(0o777)
        yield made
