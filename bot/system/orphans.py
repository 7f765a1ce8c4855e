"""Processes that outlive the program which started them: daemons of the project's code end with its run.

On Linux, orphans of our children become our own children, and are known by not being among those that we started.
"""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from bot.system.first_process import FirstProcess
from bot.system.reaper import reaper

_SUBREAPER, _IS_SUBREAPER = 36, 37  # prctl: orphans of descendants come to this process
_ROUNDS = 100  # a program that starts others without end has been stopped long before

_lock = threading.RLock()
_started: set[int] = set()
_first: dict[int, FirstProcess] = {}  # by the number of the program


def become_subreaper() -> None:
    """From now on orphans of what we start belong to us; nothing happens where the system cannot do so."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


@contextmanager
def as_subreaper() -> Iterator[None]:
    """The same for the time of the context; whoever is one already stays one."""
    if sys.platform != "linux":
        yield
        return
    was = ctypes.c_int()
    libc = ctypes.CDLL(None)
    libc.prctl(_IS_SUBREAPER, ctypes.byref(was), 0, 0, 0)
    become_subreaper()
    try:
        yield
    finally:
        libc.prctl(_SUBREAPER, was.value, 0, 0, 0)


@contextmanager
def starting() -> Iterator[set[int]]:
    """Nothing is taken for a stray while a program is being started: add its number to the set."""
    with _lock:
        yield _started


def follow(pid: int, first: FirstProcess) -> None:
    """A program of ours has a namespace of processes."""
    with _lock:
        _started.add(first.pid)
        _first[pid] = first


def forget(pid: int) -> None:
    """A program of ours has ended."""
    with _lock:
        _started.discard(pid)
    reaper.ended(pid)


def end_what_is_left(pid: int) -> None:
    """A program of ours, which is somebody else's code, has ended: now all that it started ends as well."""
    forget(pid)
    with _lock:
        first = _first.pop(pid, None)
    if first is None:
        kill_orphans()
    else:
        first.end()
        with _lock:
            _started.discard(first.pid)


def kill_orphans() -> int:
    """Kill all strays and what they started; returns how many there were."""
    if sys.platform != "linux":
        return 0
    with _lock:
        found: set[int] = set()
        for _ in range(_ROUNDS):
            more = _strays() - found
            if not more:
                break
            # Stopped ones start no others while we look.
            _signal(more, signal.SIGSTOP)
            found |= more
        _signal(found, signal.SIGKILL)
        for pid in found:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
        return len(found)


def _signal(pids: set[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


@dataclass(frozen=True)
class _Process:
    pid: int
    parent: int
    session: int


def _strays() -> set[int]:
    """Our descendants, without those that we started and theirs.

    What a library starts on its own stays in our session; what `running` starts never is in it.
    """
    session = os.getsid(0)
    children: dict[int, list[_Process]] = {}
    for process in _processes():
        children.setdefault(process.parent, []).append(process)
    known = _started | {reaper.pid}
    pending = [p for p in children.get(os.getpid(), ()) if p.pid not in known and p.session != session]
    found: set[int] = set()
    while pending:
        process = pending.pop()
        if process.pid not in found:
            found.add(process.pid)
            pending += children.get(process.pid, ())
    return found


def _processes() -> Iterator[_Process]:
    """Every process of the machine: `man 5 proc_pid_stat`, fields 1, 4 and 6."""
    for entry in os.listdir("/proc"):  # noqa: PTH208  half the time, which counts here
        if entry.isdigit():
            with suppress(OSError):
                with open(f"/proc/{entry}/stat", "rb") as stat:  # noqa: PTH123  as above
                    _, _, fields = stat.read().rpartition(b")")
                _, parent, _, session, *_ = fields.split()
                yield _Process(int(entry), int(parent), int(session))
