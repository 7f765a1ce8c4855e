"""What the kernel lets a program do that runs somebody else's code.

In: folders to keep out of sight, folders it needs all the same, limits. Out: a function to be called in the
new process before the program begins. Where the kernel has no Landlock, accounts and limits alone hold; `missing` says
so.
"""

import ctypes
import os
import resource
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.system import landlock, seccomp
from bot.system.accounts import Account

PROCESSES = 1_024  # of one account on the machine, threads counted
_COMPLETE = 6  # the version of Landlock that knows all that is asked of it
_NO_NEW_PRIVILEGES = 38  # prctl: no program with the set-user-ID bit gives more rights

# Devices that are no way out; terminals are other people's, or one's own on which passwords are typed.
_DEVICES = tuple(Path("/dev", name) for name in ("null", "zero", "full", "random", "urandom", "tty"))
# What the kernel tells of the machine; of processes, a program sees itself alone: command lines may hold passwords.
_MACHINE = tuple(
    Path("/proc", name) for name in ("sys", "cpuinfo", "meminfo", "stat", "loadavg", "uptime", "version", "filesystems")
)
_ITSELF = Path("/proc/self")


def missing() -> tuple[str, ...]:
    """What this kernel cannot keep from a confined program, for people to read; nothing where all layers are there."""
    known = landlock.version()
    open_to_it = [
        *(["files that its account may read"] if known < 1 else []),
        *(["TCP connections to other servers"] if known < 4 else []),
        *(["abstract sockets and other programs of its account"] if known < _COMPLETE else []),
        *([] if seccomp.is_there() else ["calls of the kernel's that outlive it or look into others (no seccomp)"]),
    ]
    if not open_to_it:
        return ()
    which = f"Landlock {known} instead of {_COMPLETE}" if known else "no Landlock"
    layers = f" ({which})" if known < _COMPLETE else ""
    reach = ", ".join(open_to_it)
    return (f"This kernel confines the project's code in part only{layers}: not kept from it are {reach}",)


@dataclass(frozen=True)
class Confinement:
    """What a program may do. `readable` and `writable` are exceptions from `hidden`; all else can be read.

    `ports` are the TCP ports that it may connect to, None is all of them; `memory_bytes` limits the address space of
    each of its processes, `largest_file` the bytes of what they write.
    """

    hidden: tuple[Path, ...] = ()
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    ports: tuple[int, ...] | None = None
    memory_bytes: int | None = None
    largest_file: int | None = None

    @contextmanager
    def ready(self, account: Account) -> Iterator[Callable[[], None]]:
        """The function that a new process of `account` calls; good for the time of the context."""
        limits = list(self._limits(account))
        rules = self._rules()
        try:
            yield lambda: _confine(limits, rules)
        finally:
            if rules:
                rules.close()

    def _limits(self, account: Account) -> Iterator[tuple[int, int]]:
        yield resource.RLIMIT_CORE, 0
        if self.largest_file is not None:
            yield resource.RLIMIT_FSIZE, self.largest_file
        if account.is_other:  # an ordinary user's limit would count the desktop, too
            yield resource.RLIMIT_NPROC, PROCESSES
        if self.memory_bytes is not None:  # the last one: until then the new process is as large as the bot
            yield resource.RLIMIT_AS, self.memory_bytes

    def _rules(self) -> landlock.Ruleset | None:
        known = landlock.version()
        if not known:
            return None
        rules = landlock.Ruleset(known, network=self.ports is not None)
        hidden = {Path(os.path.realpath(path)) for path in self.hidden}
        rules.read(_in_sight(Path("/"), {*hidden, Path("/dev"), Path("/proc")}))
        rules.read((*_MACHINE, *self.readable))
        rules.write([*self.writable, *_DEVICES])
        rules.connect(self.ports or ())
        return rules


def _in_sight(folder: Path, hidden: set[Path]) -> Iterator[Path]:
    """The largest folders, and files beside them, that have nothing hidden in them."""
    above = {parent for place in hidden for parent in place.parents}
    pending = [folder]
    while pending:
        place = pending.pop()
        if place in hidden:
            continue
        if place in above:
            pending += _children(place)
        else:
            yield place


def _children(folder: Path) -> Iterable[Path]:
    try:
        # What a link stands for counts where it is itself.
        return [child for child in folder.iterdir() if not child.is_symlink()]
    except OSError:
        return []


def _confine(limits: Iterable[tuple[int, int]], rules: landlock.Ruleset | None) -> None:
    """In the new process, already as its account: nothing here may need a lock that another thread holds."""
    if sys.platform == "linux":
        _libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if rules is not None:
        rules.read([_ITSELF])
        landlock.enter(rules.descriptor)
    for which, value in limits:
        _, hard = resource.getrlimit(which)
        lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (lowest, lowest))
    seccomp.enter()


_libc = ctypes.CDLL(None)
