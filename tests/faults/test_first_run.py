"""kill -9 while the data folder is made for the first time: initdb's servers have no watcher of their own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import descendants, running, segments
from tests.support.servers import SERVER_PROGRAM
from tests.support.waiting import wait_until

Bot = subprocess.Popen[str]


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    """Starts a server with an empty cache."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER_PROGRAM, str(tmp_path), str(tmp_path / "cache")],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def _bootstrapping(bot: Bot) -> dict[int, str]:
    """The server of initdb's that fills the first database, once it has its shared memory; and who is above it."""
    found: dict[int, str] = {}

    def is_there() -> bool:
        found.clear()
        found.update(descendants(bot.pid))
        return segments({pid: line for pid, line in found.items() if "--boot" in line}) != []

    wait_until(is_there, lambda: str(found))
    return found


def test_a_bot_that_is_killed_leaves_no_shared_memory(bot: Bot) -> None:
    pids = _bootstrapping(bot)
    bot.kill()
    wait_until(lambda: not running(pids), lambda: str(running(pids)))
    wait_until(lambda: segments(pids) == [])


def test_a_server_that_is_killed_is_named(bot: Bot) -> None:
    pids = _bootstrapping(bot)
    for pid, line in pids.items():
        if "--boot" in line:
            os.kill(pid, signal.SIGKILL)
    _, told = bot.communicate()
    assert "initdb failed" in told
    assert segments(pids) == []
