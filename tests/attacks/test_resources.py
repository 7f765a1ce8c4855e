"""Code that takes what it can get: processes, memory, disk, time; and does not go when it should."""

import os
import secrets
from pathlib import Path

import pytest

from tests.support.machine import Machine
from tests.support.projects import MODELS

LEAVE = """
import os, subprocess, sys
subprocess.Popen(
    [sys.executable, "-c", "import time; time.sleep(600)", "MARK"],
    start_new_session=True, stdin=0, stdout=1, stderr=2,
)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(600)", "MARK"])
    os._exit(0)
"""
BOMB = """
import os, sys
for _ in range(40):
    try:
        if os.fork() == 0:
            os.setsid()
            code = "import os, time; os.fork(); os.fork(); time.sleep(600)"
            os.execv(sys.executable, [sys.executable, "-c", code, "MARK"])
    except OSError:
        break
"""
DEEP = """
import os
os.makedirs(os.path.join(os.environ["HOME"], "closed", "inner"))
open(os.path.join(os.environ["HOME"], "closed", "inner", "file"), "w").close()
os.chmod(os.path.join(os.environ["HOME"], "closed"), 0)
os.chdir(os.environ["HOME"])
for _ in range(3000):
    os.mkdir("d")
    os.chdir("d")
os.chdir(os.path.dirname(os.path.abspath(__file__)))
"""
WITH_AGE = MODELS + "    age = sa.Column(sa.Integer)\n"


def _daemons(mark: str) -> list[int]:
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (place / "cmdline").read_bytes().split(b"\0"):
                found.append(int(place.name))
        except OSError:
            continue
    return found


@pytest.mark.in_turn
@pytest.mark.parametrize("code", [LEAVE, BOMB, DEEP], ids=["daemons", "many processes", "deep folders"])
def test_nothing_outlives_the_run(machine: Machine, code: str) -> None:
    mark = f"daemon-{secrets.token_hex(8)}"
    machine.commit({"models.py": WITH_AGE + code.replace("MARK", mark)})
    ended = machine.check()
    found = _daemons(mark)
    for pid in found:
        os.kill(pid, 9)
    assert found == []
    assert ended.report.status == "proven", ended.text


@pytest.mark.in_turn
@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("x = [bytearray(1 << 20) for _ in range(4096)]\n", "MemoryError"),
        ("open('large', 'wb').write(b'x' * (300 << 20))\n", "File too large"),
        ("import os\nos.kill(os.getpid(), 9)\n", "signal 9"),
        ("import os\nos._exit(0)\n", "exit code 0"),
        ("import sys\nsys.exit(0)\n", "SystemExit"),
        ("raise KeyboardInterrupt\n", "KeyboardInterrupt"),
        ("raise RecursionError('x' * 100000)\n", "RecursionError"),
        ("while True: pass\n", "took longer than"),
        ("import signal\nsignal.pause()\n", "took longer than"),
        ("import os\nos.closerange(3, 64)\n", ""),
        ("import os\nfor n in range(3, 64):\n    try: os.write(n, b'{\"ok\": 1}\\n')\n    except OSError: pass\n", ""),
    ],
)
def test_the_run_ends_with_a_word_about_it(machine: Machine, code: str, word: str) -> None:
    machine.commit({"models.py": WITH_AGE + code})
    ended = machine.check(env={"MIGRATION_BOT_TIMEOUT": "3" if word == "took longer than" else "120"})
    assert ended.code == 1, ended.printed
    assert ended.report.status == "error"
    assert word in ended.text, ended.text


@pytest.mark.in_turn
def test_output_without_end_is_no_memory(machine: Machine) -> None:
    machine.commit({"models.py": WITH_AGE + "for _ in range(300_000): print('::error::' + 'x' * 1000)\n"})
    ended = machine.check()
    assert ended.report.status == "proven", ended.text
    assert len(ended.printed) < 100_000
    assert len(ended.text) < 1_000_000
