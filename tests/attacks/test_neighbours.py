"""Others of the same account: an ordinary user's terminals, programs and what they say of themselves."""

import json
import os
import subprocess
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.system import Account, Confinement, landlock, run_confined
from tests.support.machine import SECRET

ATTEMPTS = Path(__file__).with_name("neighbours.py").read_text()
PYTHON = "/usr/bin/python3"
pytestmark = [
    pytest.mark.skipif(not Path(PYTHON).exists(), reason="needs a Python that every account can start"),
    pytest.mark.skipif(landlock.version() < 6, reason="this kernel's Landlock knows no processes (Linux 6.12)"),
]
CLOSED = [
    "what is typed at a terminal",
    "a terminal to write to",
    "a terminal of its own",
    "new terminals",
    "the console",
    "shared memory",
    "command lines",
    "environments",
    "names of processes",
    "state of a process",
    "files of a process",
    "limits to read",
    "limits to set",
    "priority",
    "priority at disks",
    "processors",
    "schedule",
    "parameters of the schedule",
    "attributes of the schedule",
    "signals",
]
OPEN = ["itself", "its own limits", "its own priority", "its own processors", "the machine", "random numbers"]


@pytest.fixture(scope="module")
def words(user: Account) -> Iterator[list[str]]:
    """The attempts, with a terminal and a program of the same account beside them."""
    main, terminal = os.openpty()
    tty.setraw(terminal)
    os.write(main, SECRET.encode())
    path = os.ttyname(terminal)
    if user.uid is not None:
        os.chown(path, user.uid, -1)
    neighbour = subprocess.Popen(
        [PYTHON, "-c", "input()", "--database", f"postgresql://u:{SECRET}@host/db"],
        stdin=subprocess.PIPE,
        env={"TOKEN": SECRET},
        user=user.uid,
        group=user.gid,
    )
    given = {"terminal": path, "neighbour": neighbour.pid, "secret": SECRET}
    yield [PYTHON, "-I", "-c", ATTEMPTS, json.dumps(given)]
    neighbour.communicate(b"\n")
    os.close(main)
    os.close(terminal)


@pytest.fixture(scope="module")
def confined(words: list[str], user: Account) -> dict[str, str]:
    inside = Confinement(hidden=(Path("/dev/shm"),), ports=())
    done = run_confined(words, user, inside, cwd=Path("/"), env={}, timeout=60).checked(words)
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("what", CLOSED)
def test_a_neighbour_is_out_of_reach(confined: dict[str, str], what: str) -> None:
    """B15: as an ordinary user, the project's code read what was typed, and set the bot's own limits."""
    assert confined[what] == "no"


@pytest.mark.parametrize("what", OPEN)
def test_what_programs_need_of_themselves_is_there(confined: dict[str, str], what: str) -> None:
    assert confined[what] == "reached"


def test_the_same_attempts_come_through_where_nobody_confines_them(words: list[str], user: Account) -> None:
    """Else the tests above would prove nothing."""
    done = subprocess.run(words, user=user.uid, group=user.gid, capture_output=True, check=True, env={})
    found = json.loads(done.stdout)
    assert found["what is typed at a terminal"] == SECRET
    assert {
        "a terminal to write to",
        "command lines",
        "environments",
        "limits to set",
        "priority",
        "schedule",
        "signals",
    } <= {what for what, how in found.items() if how == "reached"}
