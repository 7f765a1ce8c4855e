"""Programs of one run together, and of two runs at once: what they take has one limit, and none reaches another's."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import AF_UNIX, socket

import pytest

from bot.system import Confinement, accounts, control_group, namespaces, run_confined
from tests.support.machine import ROOT
from tests.support.waiting import wait_until

PYTHON = "/usr/bin/python3"
HAS_GROUP = pytest.mark.skipif(control_group.group() is None, reason="no control group can be made here")
HAS_NAMESPACES = pytest.mark.skipif(
    not namespaces.of_processes(accounts().worker), reason="this machine gives no namespace of processes"
)

# Memory that no limit of a single process counts: files in memory.
HOARD = """
import os
while True:
    file = os.memfd_create("x")
    for _ in range(64):
        os.write(file, bytes(1 << 20))
"""
FORK = """
import os, signal
started = 0
try:
    while started < 500:
        if not os.fork():
            signal.pause()
        started += 1
except OSError:
    pass
print(started)
"""
# A bot whose limits are small: it prints how the program ended, and where its group is.
BOT = """
import sys
from pathlib import Path
from bot.system import Confinement, accounts, become_subreaper, control_group, run_confined
become_subreaper()
sizes = {"memory.max": 200 << 20, "memory.swap.max": 0, "memory.limit_in_bytes": 200 << 20, "pids.max": 40}
control_group._limits = lambda: tuple(control_group._Limit(name, str(size)) for name, size in sizes.items())
print(*control_group.group().folders, flush=True)
words = ["/usr/bin/python3", "-I", "-c", sys.argv[1]]
done = run_confined(words, accounts().worker, Confinement(), cwd=Path("/"), env={}, timeout=60)
print(done.code, done.stdout)
"""


def _bot(program: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", BOT, program], cwd=ROOT, text=True, stdout=subprocess.PIPE)


def _inside(program: str, confinement: Confinement, *words: str) -> tuple[int, str]:
    command = [PYTHON, "-I", "-c", program, *words]
    done = run_confined(command, accounts().worker, confinement, cwd=Path("/"), env={}, timeout=60)
    return done.code, done.stdout.strip()


@HAS_GROUP
def test_memory_has_one_limit_whatever_it_is_taken_by() -> None:
    with _bot(HOARD) as bot:
        printed, _ = bot.communicate()
    assert printed.splitlines()[1].split() == ["-9"]


@HAS_GROUP
def test_processes_have_one_limit() -> None:
    with _bot(FORK) as bot:
        printed, _ = bot.communicate()
    code, started = printed.splitlines()[1].split()
    assert code == "0"
    assert 10 < int(started) < 40


@HAS_GROUP
def test_the_group_goes_with_the_bot() -> None:
    with _bot("print(1)") as ended, _bot("import time; time.sleep(1000)") as killed:
        printed, _ = ended.communicate()
        assert killed.stdout is not None
        groups = [*map(Path, killed.stdout.readline().split())]
        assert all(group.exists() for group in groups)
        killed.kill()
    assert not any(Path(word).exists() for word in printed.splitlines()[0].split())
    wait_until(lambda: not any(group.exists() for group in groups))


@HAS_NAMESPACES
@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("raise SystemExit(7)", 7),
        ("import os; os.kill(os.getpid(), 9)", -9),
        ("import os; os.kill(os.getpid(), 15)", -15),
        ("import os; os.abort()", -6),
        ("import os; os.killpg(0, 15)", -15),
        ("import os; os.kill(1, 9)", 0),  # the first process is out of reach
    ],
)
def test_exit_codes_and_signals_mean_what_they_do_elsewhere(program: str, code: int) -> None:
    assert _inside(f"try:\n    {program}\nexcept OSError:\n    pass", Confinement())[0] == code


@HAS_NAMESPACES
def test_nobody_else_is_in_sight_and_nobody_stays_as_a_zombie() -> None:
    program = """
import os
for _ in range(20):
    if not os.fork():
        if not os.fork():
            os._exit(0)
        os._exit(0)
    os.wait()
for _ in range(1000):
    seen = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
    if len(seen) == 2:
        break
print(len(seen), seen[0], os.getpid() in seen)
"""
    assert _inside(program, Confinement(readable=(Path("/proc"),))) == (0, "2 1 True")


@contextmanager
def _run_of_another(parent: Path) -> Iterator[Path]:
    program = """
import sys
from pathlib import Path
from bot.system.run_directories import run_directory
with run_directory(Path(sys.argv[1])) as folder:
    print(folder, flush=True)
    input()
"""
    words = [sys.executable, "-c", program, str(parent)]
    with subprocess.Popen(words, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        yield Path(run.stdout.readline().strip())
        run.communicate("\n")


TOUCH = """
import os, sys
path = sys.argv[1]
attempts = {
    "read": lambda: open(path).read(),
    "write": lambda: open(path, "a").write("x"),
    "rights": lambda: os.chmod(path, 0),
    "times": lambda: os.utime(path, (0, 0)),
    "attributes": lambda: os.setxattr(path, "user.x", b"x"),
    "remove": lambda: os.unlink(path),
    "move": lambda: os.rename(path, path + "x"),
    "link": lambda: os.link(path, path + "y"),
    "sight": lambda: os.stat(path),
}
for name, act in attempts.items():
    try:
        act()
        print(name)
    except OSError:
        pass
"""


@pytest.mark.skipif(not namespaces.available(accounts().worker), reason="this machine gives no namespaces")
def test_what_another_run_has_is_out_of_reach() -> None:
    """Two runs of root's have the same accounts, and rights of files are nothing that Landlock knows."""
    temporary = Path("/var/tmp")
    with _run_of_another(temporary) as other:
        theirs = other / "models.py"
        theirs.write_text("theirs")
        accounts().worker.own(theirs)
        before = theirs.stat()
        inside = Confinement(hidden=(temporary,), temporary=temporary)
        assert _inside(TOUCH, inside, str(theirs)) == (0, "")
        assert theirs.read_text() == "theirs"
        assert (theirs.stat().st_mode, theirs.stat().st_mtime) == (before.st_mode, before.st_mtime)


CROWD = """
import os, signal, sys
try:
    while True:
        if not os.fork():
            signal.pause()
except OSError:
    open(sys.argv[1], "w").close()
    signal.pause()
"""


@HAS_GROUP
@HAS_NAMESPACES
def test_the_processes_of_another_run_are_not_counted() -> None:
    """With a limit of the account, one run kept another one of the same machine from starting anything."""
    bot = """
import sys
from pathlib import Path
from bot.system import Confinement, accounts, run_confined
words = ["/usr/bin/python3", "-I", "-c", *sys.argv[1:]]
inside = Confinement(writable=(Path(sys.argv[2]).parent,))
run_confined(words, accounts().worker, inside, cwd=Path("/"), env={}, timeout=600)
"""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o777)
        full = Path(folder, "full")
        with subprocess.Popen([sys.executable, "-c", bot, CROWD, str(full)], cwd=ROOT) as other:
            try:
                wait_until(full.exists)
                program = "import os\nif os.fork():\n    print(os.waitstatus_to_exitcode(os.wait()[1]))"
                assert _inside(program, Confinement()) == (0, "0")
            finally:
                other.kill()


CONNECT = """
import socket, sys
for path in sys.argv[1:]:
    with socket.socket(socket.AF_UNIX) as one:
        try:
            one.connect(path)
            print("reached")
        except OSError:
            print("no")
"""


@pytest.mark.skipif(not namespaces.available(accounts().worker), reason="this machine gives no namespaces")
def test_another_runs_database_server_is_out_of_reach() -> None:
    """A password kept its data apart; its connections could be used up."""
    with (
        _run_of_another(Path("/dev/shm")) as other,
        tempfile.TemporaryDirectory(dir="/var/tmp") as folder,
        socket(AF_UNIX) as theirs,
        socket(AF_UNIX) as ours,
    ):
        Path(folder).chmod(0o755)
        paths = [other / "server", Path(folder, "server")]
        for one, path in zip((theirs, ours), paths, strict=True):
            one.bind(str(path))
            one.listen(5)
            path.chmod(0o777)
        inside = Confinement(sockets=(Path(folder),))
        assert _inside(CONNECT, inside, *map(str, paths)) == (0, "no\nreached")
