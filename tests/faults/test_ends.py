"""However the bot ends: what it started ends with it, and it ends when it is asked to, whatever it waits for."""

import fcntl
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.system import remove
from tests.support.machine import ROOT
from tests.support.waiting import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these")

# A bot that runs a program of the project's and waits for it.
BOT = """
import sys
from pathlib import Path
from bot.system import Confinement, accounts, become_subreaper, run_confined
become_subreaper()
words = ["/usr/bin/python3", "-I", "-c", sys.argv[1]]
inside = Confinement(writable=(Path(sys.argv[2]),))
run_confined(words, accounts().worker, inside, cwd=Path("/"), env={}, timeout=600)
"""
# The program: `daemon` stays for good. As long as it lives, or a child of its, it holds a lock: numbers of processes
# mean nothing where it has a namespace of its own.
PROGRAM = """
import fcntl, os, signal, sys, time
def daemon(hops=False):
    file = open({place!r} + "/daemon", "w")
    fcntl.flock(file, fcntl.LOCK_EX)
    os.mkdir({place!r} + "/there")
    while True:
        if not hops: time.sleep(100)
        elif os.fork(): os._exit(0)
        else: os.setsid()
{way}
time.sleep(1000)
"""
WAYS = {
    "a child": "if not os.fork(): daemon()",
    "a session of its own": "if not os.fork():\n    os.setsid()\n    daemon()",
    "a daemon": "if not os.fork():\n    os.setsid()\n    if not os.fork(): daemon()\n    os._exit(0)",
    "a daemon without files": (
        "if not os.fork():\n    os.setsid()\n    if not os.fork():\n        os.closerange(0, 100)\n"
        "        daemon()\n    os._exit(0)"
    ),
    "a daemon that hears nothing": (
        "for n in (1, 2, 3, 13, 15): signal.signal(n, signal.SIG_IGN)\n"
        "if not os.fork():\n    os.setsid()\n    if not os.fork(): daemon()\n    os._exit(0)"
    ),
    "a daemon that is another process at every look": (
        "if not os.fork():\n    os.setsid()\n    if not os.fork(): daemon(hops=True)\n    os._exit(0)"
    ),
    "a daemon of daemons": (
        "for turn in range(5):\n    if os.fork():\n        if turn: os._exit(0)\n        time.sleep(1000)\n"
        "    os.setsid()\ndaemon()"
    ),
}


@pytest.fixture
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    folder.chmod(0o777)
    yield folder
    remove(folder)


def _lives(place: Path) -> bool:
    """Whether somebody holds the daemon's lock."""
    with (place / "daemon").open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def _started(source: str, *words: str) -> "Iterator[subprocess.Popen[str]]":
    bot = subprocess.Popen(
        [sys.executable, "-c", source, *words], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    with bot:
        try:
            yield bot
        finally:
            bot.kill()


@pytest.mark.parametrize("way", WAYS)
def test_nothing_outlives_a_bot_that_is_killed(place: Path, way: str) -> None:
    """B10: a daemon in a session of its own lived on after kill -9."""
    with _started(BOT, PROGRAM.format(place=str(place), way=WAYS[way]), str(place)) as bot:
        wait_until((place / "there").exists)
        assert _lives(place)
        bot.kill()
        wait_until(lambda: not _lives(place))


def test_the_daemon_of_another_run_stays(place: Path) -> None:
    """What is killed is the work of the run that has ended."""
    (place / "other").mkdir()
    (place / "other").chmod(0o777)
    program = PROGRAM.format(place=str(place), way=WAYS["a daemon"])
    other = PROGRAM.format(place=str(place / "other"), way=WAYS["a daemon"])
    with _started(BOT, other, str(place / "other")), _started(BOT, program, str(place)) as bot:
        for each in (place, place / "other"):
            wait_until((each / "there").exists)
        bot.kill()
        wait_until(lambda: not _lives(place))
        assert _lives(place / "other")


HANG = """
import os, signal, socket, sys, threading, time
from bot.system.signals import end_when_asked
def ended(*_): raise SystemExit(143)
signal.signal(signal.SIGTERM, ended)
end_when_asked(0.1)
def connect():
    import psycopg2
    print("waits", flush=True)
    psycopg2.connect(host="127.0.0.1", port=int(sys.argv[1]), user="x", dbname="x", connect_timeout=600)
def lock():
    print("waits", flush=True)
    held = threading.Lock()
    held.acquire()
    while True:
        try:
            held.acquire()
        except SystemExit:
            pass
"""
WAITS = {
    "a server that says nothing": "connect()",
    "a thread that waits for a server": "thread = threading.Thread(target=connect); thread.start(); thread.join()",
    "code that does not care": "lock()",
    "a clean-up without end": 'try:\n    print("waits", flush=True)\n    time.sleep(600)\nfinally: time.sleep(600)',
}


@pytest.mark.parametrize("wait", WAITS)
def test_sigterm_is_obeyed_whatever_the_bot_waits_for(wait: str) -> None:
    """B17: a query that waited for a lock held the whole run."""
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        _started(HANG + WAITS[wait], str(silent.getsockname()[1])) as bot,
    ):
        assert bot.stdout is not None
        assert bot.stdout.readline() == "waits\n"
        bot.terminate()
        assert bot.wait(60) == 143
