"""Namespaces of the project's own: no network, and no sockets of others, where the machine gives them; else without."""

import json
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.system import Account, Confinement, accounts, namespaces, remove, run_confined
from tests.support.machine import ROOT

PYTHON = "/usr/bin/python3"
pytestmark = [
    pytest.mark.skipif(not Path(PYTHON).exists(), reason="needs a Python that every account can start"),
    pytest.mark.skipif(not namespaces.available(accounts().worker), reason="this machine gives no namespaces"),
]

ATTEMPTS = r"""
import json, os, socket, sys
given, found = json.loads(sys.argv[1]), {}

def attempt(name, act):
    try:
        found[name] = act()
    except OSError as error:
        found[name] = "no"

def sent(family, address):
    with socket.socket(family, socket.SOCK_DGRAM) as one:
        one.sendto(name.encode(), address)
        return "sent"

def connected(path):
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(path)
        return "reached"

def back():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.bind(("127.0.0.1", 0))
        here.settimeout(20)
        here.sendto(b"x", here.getsockname())
        return "reached" if here.recv(9) else "no"

def outside():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.connect(("192.0.2.1", 53))
        return "has a way"

name = "UDP"
attempt("UDP on the loopback", lambda: sent(socket.AF_INET, ("127.0.0.1", given["udp"])))
attempt("a way out", outside)
attempt("abstract", lambda: connected("\0" + given["abstract"]))
for place, path in given["sockets"].items():
    attempt(place, lambda: connected(path))
attempt("interfaces", lambda: [name for _, name in socket.if_nameindex()])
attempt("its own loopback", back)
attempt("terminals", lambda: sorted(os.listdir("/dev/pts")))
attempt("relative", lambda: connected(os.path.relpath(given["sockets"]["a folder"])))
attempt("who", lambda: [os.getuid(), os.getgid()])
attempt("rights", lambda: [line for line in open("/proc/self/status") if line[:6] in ("CapEff", "CapPrm")])
print(json.dumps(found))
"""
# A bot that confines a program: as the user who it is, or as its worker.
BOT = """
import json, os, sys
from pathlib import Path
from bot.system import Confinement, accounts, namespaces, run_confined
account = accounts().worker
words = ["/usr/bin/python3", "-I", "-c", sys.argv[1], sys.argv[2]]
inside = Confinement(ports=(), sockets=(Path(sys.argv[3]),))
done = run_confined(words, account, inside, cwd=Path(sys.argv[4]), env={}, timeout=60).checked(words)
own = [account.uid, account.gid] if account.is_other else [os.getuid(), os.getgid()]
print(json.dumps([namespaces.available(account), {**json.loads(done.stdout), "expected": own}]))
"""


@dataclass(frozen=True)
class Neighbours:
    """Those who listen: by UDP, and on sockets with and without a place in the file system."""

    folder: Path
    kept: Path
    udp: socket.socket
    abstract: str
    sockets: dict[str, Path]

    @property
    def given(self) -> str:
        places = {name: str(path) for name, path in self.sockets.items()}
        return json.dumps(
            {"udp": self.udp.getsockname()[1], "abstract": self.abstract, "sockets": {**places, "kept": str(self.kept)}}
        )

    @property
    def arguments(self) -> list[str]:
        return [ATTEMPTS, self.given, str(self.kept.parent), str(self.folder)]

    def received(self) -> bytes:
        self.udp.setblocking(False)
        try:
            return self.udp.recv(100)
        except BlockingIOError:
            return b""


@pytest.fixture(scope="module")
def neighbours() -> Iterator[Neighbours]:
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    folder.chmod(0o755)
    (folder / "kept").mkdir()
    sockets = {"a folder": folder / "agent"}
    if os.access("/run", os.W_OK):
        sockets["the system's folder"] = Path("/run") / f"{folder.name}.sock"
    abstract, kept = f"test-{folder.name}", folder / "kept/own"
    listening = []
    for address in (*map(str, sockets.values()), str(kept), "\0" + abstract):
        one = socket.socket(socket.AF_UNIX)
        one.bind(address)
        one.listen(64)
        listening.append(one)
    for path in (*sockets.values(), kept):
        path.chmod(0o777)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        yield Neighbours(folder, kept, udp, abstract, sockets)
    for one in listening:
        one.close()
    for path in sockets.values():
        path.unlink()
    remove(folder)


@pytest.fixture(scope="module", params=["root", "user"])
def inside(request: pytest.FixtureRequest, neighbours: Neighbours, user: Account, python: Path) -> dict[str, object]:
    """What the attempts came to where the bot is root, or an ordinary user."""
    if request.param == "root" and os.geteuid() != 0:
        pytest.skip("only root can be root")
    account = user if request.param == "user" else Account()
    done = subprocess.run(
        [python, "-c", BOT, *neighbours.arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "TMPDIR": "/var/tmp"},
        user=account.uid,
        group=account.gid,
        extra_groups=[] if account.is_other else None,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    available, found = json.loads(done.stdout)
    if not available:
        pytest.skip("this machine gives this user no namespaces")
    assert isinstance(found, dict)
    return found


def test_no_other_network_is_there(inside: dict[str, object], neighbours: Neighbours) -> None:
    """UDP, and with it DNS, was open: Landlock knows TCP only."""
    assert inside["interfaces"] == ["lo"]
    assert inside["a way out"] == "no"
    assert neighbours.received() == b""


def test_nobody_listens_in_the_file_system(inside: dict[str, object], neighbours: Neighbours) -> None:
    """A session bus, an SSH agent, a Docker engine, a database server: what lets the user in let the code in."""
    reached = {name for name in (*neighbours.sockets, "relative", "abstract") if inside[name] != "no"}
    assert reached == set()
    assert inside["terminals"] in ([], "no")


def test_what_it_needs_is_there(inside: dict[str, object]) -> None:
    assert inside["kept"] == "reached"
    assert inside["its own loopback"] == "reached"


def test_it_is_its_account_without_rights(inside: dict[str, object]) -> None:
    assert inside["who"] == inside["expected"]
    assert [line.split()[1].strip("0") for line in inside["rights"]] == ["", ""]  # type: ignore[attr-defined]


def test_the_same_attempts_come_through_where_nobody_confines_them(neighbours: Neighbours) -> None:
    """Else the tests above would prove nothing."""
    words = [PYTHON, "-I", "-c", *neighbours.arguments[:2]]
    done = subprocess.run(words, cwd=neighbours.folder, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert {found[name] for name in (*neighbours.sockets, "kept", "relative", "abstract")} == {"reached"}
    assert neighbours.received() == b"UDP"


NESTED = """
import json, sys
from pathlib import Path
from bot.system import Account, Confinement, confinement, namespaces, run_confined
system = tuple(map(Path, ("/usr", "/bin", "/lib", "/lib64")))  # who is confined cannot list what is in /
inside = Confinement(ports=(), readable=system)
done = run_confined(["/bin/echo", "works"], Account(), inside, cwd=Path("/"), env={}, timeout=60)
print(json.dumps([namespaces.available(Account()), done.stdout, confinement.layers(Account())]))
"""


def test_where_they_are_refused_all_works_without(user: Account, python: Path) -> None:
    """A program that is confined gets no namespaces: a bot in it is in the place of one in a container."""
    words = [str(python), "-c", NESTED]
    outside = Confinement(readable=(Path("/proc"),))
    done = run_confined(words, user, outside, cwd=ROOT, env={"TMPDIR": "/var/tmp"}, timeout=60).checked(words)
    available, printed, layers = json.loads(done.stdout)
    assert (available, printed) == (False, "works\n")
    assert "without namespaces" in layers
