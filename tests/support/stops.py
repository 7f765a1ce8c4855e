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

from bot.model import Report
from tests.support.machine import Machine
from tests.support.processes import descendants
from tests.support.report_schema import valid_report
from tests.support.waiting import PATIENCE

# A stop is a line of the project's code. What is stopped twice (models are imported for every task) passes later.
STOP = """
import socket as _socket
with _socket.socket(_socket.AF_UNIX) as _line:
    _line.connect({path!r})
    _line.recv(1)
"""

# A migration of the author with a place for a stop.
OWN_MIGRATION = """
revision, down_revision = "b2", "a1"
from alembic import op
import sqlalchemy as sa

def upgrade():
{stop}    op.add_column("job", sa.Column("age", sa.Integer()))

def downgrade():
    op.drop_column("job", "age")
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
        return valid_report((self.machine.folder / "report/report.json").read_bytes())


@contextmanager
def stopped(machine: Machine, listener: socket.socket, *options: str, **env: str) -> Iterator[Stopped]:
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


@pytest.fixture
def listener(machine: Machine) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as made:
        # Sockets of others are out of reach by the names that they were bound to.
        made.bind(str(machine.folder / "bound"))
        (machine.folder / "bound").rename(machine.folder / "stop")
        made.listen(64)
        (machine.folder / "stop").chmod(0o777)
        yield made
