"""What the kernel lets a confined program do: each attempt by itself, with the same one where nobody confines it."""

import ast
import json
import platform
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.system import Confinement, accounts, landlock, remove, run_confined, seccomp

ATTEMPTS = Path(__file__).with_name("kernel_attempts.py")
PYTHON = "/usr/bin/python3"
pytestmark = [
    pytest.mark.skipif(platform.machine() not in ("x86_64", "aarch64"), reason="no filter for this machine"),
    pytest.mark.skipif(not Path(PYTHON).exists(), reason="needs a Python that every account can start"),
]


def _table(name: str) -> list[str]:
    """The names in a table of the script, which cannot be imported: it acts."""
    for node in ast.parse(ATTEMPTS.read_text()).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            return list(ast.literal_eval(node.value))
    raise AssertionError(name)


@pytest.fixture(scope="module")
def listener() -> Iterator[int]:
    """Somebody else's server on the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    server.accept()[0].close()
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(dir="/var/tmp"))
    accounts().worker.own(made)
    yield made
    remove(made)


@pytest.fixture(scope="module")
def confined(listener: int, folder: Path) -> dict[str, str]:
    words = [PYTHON, "-I", "-c", ATTEMPTS.read_text(), str(listener)]
    inside = Confinement(ports=(9,), writable=(folder,))  # Landlock alone: with none at all, there is no network either
    done = run_confined(words, accounts().worker, inside, cwd=Path("/"), env={"TMPDIR": str(folder)}, timeout=60)
    found: dict[str, str] = json.loads(done.checked(words).stdout)
    return found


@pytest.fixture(scope="module")
def free(listener: int) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-I", "-c", ATTEMPTS.read_text(), str(listener)], capture_output=True, check=True, timeout=60
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", _table("CALLS"))
def test_the_kernel_does_not_have_the_call(confined: dict[str, str], name: str) -> None:
    assert confined[f"call {name}"] == "ENOSYS"


@pytest.mark.parametrize("name", [*_table("COMMANDS"), *_table("DEVICES")])
def test_files_hold_up_nobody_and_tell_nothing(confined: dict[str, str], name: str) -> None:
    """A lease makes whoever opens the file wait, the older way to watch a folder was forgotten beside inotify."""
    assert confined[f"command {name}"] == "EPERM"


@pytest.mark.parametrize("name", _table("FLAGS"))
def test_no_process_gets_namespaces_of_its_own(confined: dict[str, str], name: str) -> None:
    """B9: with a user namespace of its own, the project's code was root over a network of its own."""
    assert confined[f"namespace {name}"] == "EPERM"


@pytest.mark.parametrize("name", _table("FAMILIES"))
def test_no_other_family_of_sockets(confined: dict[str, str], name: str) -> None:
    assert confined[f"family {name}"] == "EAFNOSUPPORT"


@pytest.mark.parametrize("version", ["", " of IPv6"])
@pytest.mark.parametrize("name", _table("PROTOCOLS"))
def test_no_other_protocol(confined: dict[str, str], name: str, version: str) -> None:
    """B8: Landlock's rule of ports does not see multipath TCP."""
    assert confined[f"stream {name}{version}"] == "EAFNOSUPPORT"


@pytest.mark.parametrize("flags", ["", " with flags"])
@pytest.mark.parametrize("name", _table("KINDS"))
def test_no_other_type_of_sockets(confined: dict[str, str], name: str, flags: str) -> None:
    assert confined[f"kind {name}{flags}"] == "EAFNOSUPPORT"


@pytest.mark.parametrize("name", _table("NETLINK"))
def test_the_kernel_is_asked_for_addresses_only(confined: dict[str, str], name: str) -> None:
    assert confined[f"netlink {name}"] == "EAFNOSUPPORT"


@pytest.mark.parametrize(
    ("way", "error"),
    [
        ("MPTCP", "EAFNOSUPPORT"),
        ("sendto", "ENOTSUP"),
        ("sendmsg", "ENOTSUP"),
        ("sendmmsg", "ENOTSUP"),
        ("an option", "ENOTSUP"),
    ],
)
def test_no_way_around_connect(confined: dict[str, str], way: str, error: str) -> None:
    """B14: TCP Fast Open connects while it sends."""
    assert confined[f"connect by {way}"] == error


def test_a_pair_is_of_this_machine(confined: dict[str, str]) -> None:
    assert confined["pair of IPv4"] == "EAFNOSUPPORT"


@pytest.mark.skipif(landlock.version() < 4, reason="this kernel's Landlock knows no ports (Linux 6.7)")
def test_connect_itself_leads_to_the_database_only(confined: dict[str, str]) -> None:
    assert confined["connect"] == "EACCES"


@pytest.mark.parametrize("name", ["pair", "stream", "datagram", "addresses", "process", "thread", "program"])
def test_what_programs_need_is_there(confined: dict[str, str], name: str) -> None:
    assert confined[f"usual {name}"] == "reached"


def test_the_same_attempts_come_through_where_nobody_confines_them(free: dict[str, str]) -> None:
    """Else the tests above would prove nothing."""
    reached = {name for name, what in free.items() if what == "reached"}
    assert {"connect", "connect by sendto", "connect by sendmsg", "connect by an option"} <= reached
    assert {name for name in free if name.startswith("command")} <= reached
    assert not {name for name in free if name.startswith("usual")} - reached
    known = {name for name, what in free.items() if name.startswith("call") and what != "ENOSYS"}
    assert len(known) > len(_table("CALLS")) // 2


def test_a_kernel_without_filters_is_told_apart() -> None:
    assert seccomp.is_there()
    assert seccomp._instructions("riscv64") == b""


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_jump_leads_into_the_filter(machine: str) -> None:
    """The kernel would refuse the whole of it on a machine that this one is not."""
    code = seccomp._instructions(machine)
    count = len(code) // 8
    for at in range(count):
        where = max(code[at * 8 + 2], code[at * 8 + 3])
        assert at + 1 + where < count or code[at * 8] == 0x06
