"""A run that is asked to end, at moments that are hard to meet: nothing of it stays, and nobody waits."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType, FunctionType

import pytest

from bot.system import Account, Confinement, accounts, end_what_is_left, namespaces, run_confined, start
from bot.system.first_process import FirstProcess
from bot.system.timing import Threads
from tests.support.waiting import wait_until

HAS_NAMESPACES = pytest.mark.skipif(
    not namespaces.of_processes(accounts().worker), reason="this machine gives no namespace of processes"
)


@pytest.fixture
def code() -> Iterator[list[CodeType]]:
    """The function in which Ctrl-C is pressed, as soon as it is called."""
    chosen: list[CodeType] = []

    def press(frame: FrameType, event: str, _arg: object) -> None:
        if event == "call" and frame.f_code in chosen:
            chosen.clear()
            signal.raise_signal(signal.SIGINT)

    sys.setprofile(press)
    yield chosen
    sys.setprofile(None)


_FORKING: list[signal.Signals] = []
os.register_at_fork(after_in_parent=lambda: signal.raise_signal(_FORKING.pop()) if _FORKING else None)


def _descriptors() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir() if path.exists()}


def _children() -> set[str]:
    return set(Path("/proc/self/task", str(os.getpid()), "children").read_text().split())


def _described(children: set[str]) -> str:
    """What they are, and in what state: of one that has ended nothing but that is left."""
    return "\n".join(Path("/proc", child, "status").read_text().partition("Tgid")[0] for child in children)


def _sleeping() -> "subprocess.Popen[bytes]":
    return start(["sleep", "600"], Account(), Confinement(), cwd=Path("/"), env={}, stdout=subprocess.DEVNULL)


@HAS_NAMESPACES
@pytest.mark.parametrize("where", [FirstProcess.adopt, FirstProcess._numbers], ids=lambda where: where.__name__)
def test_a_program_that_is_just_being_started_ends(code: list[CodeType], where: FunctionType) -> None:
    """Before: nobody knew of it, it went on, and the pipe that its namespace waits for stayed open."""
    run_confined(["true"], Account(), Confinement(), cwd=Path("/"), env={}, timeout=60)  # what is opened once is open
    descriptors, children = _descriptors(), _children()
    code.append(where.__code__)
    with pytest.raises(KeyboardInterrupt):
        _sleeping()
    assert _descriptors() == descriptors
    wait_until(lambda: _children() <= children, lambda: _described(_children() - children))


@HAS_NAMESPACES
def test_nothing_is_left_of_a_program_whose_processes_are_slow_to_become_ours(
    code: list[CodeType], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before: the process in between had not ended yet, so nobody could wait for its children, and nobody did later."""
    run_confined(["true"], Account(), Confinement(), cwd=Path("/"), env={}, timeout=60)  # what is opened once is open
    children, at_once = _children(), os._exit

    def late(status: int) -> None:
        time.sleep(0.3)  # in the process in between, which has told the numbers of its children
        at_once(status)

    monkeypatch.setattr(os, "_exit", late)
    code.append(FirstProcess.adopt.__code__)
    with pytest.raises(KeyboardInterrupt):
        _sleeping()
    assert not _children() - children, _described(_children() - children)


@HAS_NAMESPACES
def test_a_signal_that_comes_while_a_program_is_forked_is_not_lost() -> None:
    """Before: Python runs hooks after a fork, of logging for one, and passes over what is raised in them."""
    run_confined(["true"], Account(), Confinement(), cwd=Path("/"), env={}, timeout=60)  # what is opened once is open
    descriptors, children = _descriptors(), _children()
    _FORKING.append(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        _sleeping()
    assert _descriptors() == descriptors
    wait_until(lambda: _children() <= children, lambda: _described(_children() - children))


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
def test_who_is_asked_to_end_does_not_wait_for_what_a_thread_has_started(error: type[BaseException]) -> None:
    """Before: until the worker had read its models, or the installer was done."""
    begun, codes = threading.Event(), list[int]()

    def work() -> None:
        process = _sleeping()
        begun.set()
        codes.append(process.wait())
        end_what_is_left(process.pid)

    with pytest.raises(error), Threads(1) as pool:  # noqa: PT012  the end of the pool is what is looked at
        pool.submit(work)
        begun.wait()
        raise error
    assert codes == [-signal.SIGKILL]


def test_a_process_that_ends_says_nothing_of_the_one_that_tidies_up() -> None:
    """Python warned of a child that was still running, and of its pipe."""
    script = "from pathlib import Path\nfrom bot.system import reaper\nreaper.folder(Path('/nonexistent/folder'))"
    done = subprocess.run([sys.executable, "-X", "dev", "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == ""
