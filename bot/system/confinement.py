"""What the kernel lets a program do that runs somebody else's code.

In: folders to keep out of sight, folders it needs all the same, limits. Out: a function to be called in the
new process before the program begins. Where the kernel has no Landlock, accounts and limits alone hold; `missing` says
so.
"""

import os
import resource
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.system import control_group, landlock, namespaces, run_directories, seccomp
from bot.system.accounts import Account
from bot.system.first_process import FirstProcess

PROCESSES = 1_024  # of one account on the machine, threads counted
_COMPLETE = 6  # the version of Landlock that knows all that is asked of it

# Devices that are no way out; terminals are other people's, or one's own on which passwords are typed.
_DEVICES = tuple(Path("/dev", name) for name in ("null", "zero", "full", "random", "urandom", "tty"))
# What the kernel tells of the machine; of processes, a program sees itself alone: command lines may hold passwords.
_KERNEL = Path("/proc")
_MACHINE = tuple(
    _KERNEL / name for name in ("sys", "cpuinfo", "meminfo", "stat", "loadavg", "uptime", "version", "filesystems")
)
_ITSELF = _KERNEL / "self"
_MEMORY = Path("/dev/shm")  # noqa: S108  where database servers of runs are
_RUNNING = Path("/run")  # sockets of the system and of sessions


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


def layers(account: Account) -> str:
    """What confines programs of this account here, and what does not."""
    known = landlock.version()
    layers = {
        f"Landlock {known}" if known else "Landlock": bool(known),
        "seccomp": seccomp.is_there(),
        "namespaces": namespaces.available(account),
        "a namespace of processes": namespaces.of_processes(account),
        "a control group": control_group.group() is not None,
        "an account of its own": account.is_other,
    }
    there, gone = ([name for name, is_there in layers.items() if is_there is wanted] for wanted in (True, False))
    return "; without ".join(filter(None, (", ".join(there) or "nothing", ", ".join(gone))))


@dataclass(frozen=True)
class Confinement:
    """What a program may do. `readable` and `writable` are exceptions from `hidden`; all else can be read.

    `ports` are the TCP ports that it may connect to, None is all of them; `sockets` are folders with sockets that it
    may connect to; `memory_bytes` limits the address space of each of its processes, `largest_file` the bytes of what
    they write. `temporary` is the folder of temporary files, which stays in place wherever it is.
    """

    hidden: tuple[Path, ...] = ()
    temporary: Path | None = None
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    ports: tuple[int, ...] | None = None
    sockets: tuple[Path, ...] = ()
    memory_bytes: int | None = None
    largest_file: int | None = None

    @contextmanager
    def ready(self, account: Account) -> Iterator[tuple[dict[str, Any], FirstProcess | None]]:
        """Options of `subprocess.Popen` for a new process of `account`, good for the time of the context.

        And the first process of its namespace, where it gets one; see there what is to be done with it.
        """
        own, group = self._namespaces(account), control_group.group()
        limits = list(self._limits(account, alone=group is None))
        rules = self._rules()
        # To be looked up in the new process, which may have a /proc of its own.
        told = (*_MACHINE, _ITSELF, *(path for path in self.readable if path.is_relative_to(_KERNEL)))
        # Whoever becomes the account in namespaces of its own needs the rights to make them until then.
        options = {} if own and account.is_other else as_account(account)
        options |= {"preexec_fn": lambda: _confine(group, own, limits, rules, told)}
        try:
            yield options, own.first if own else None
        finally:
            if rules:
                rules.close()

    def _namespaces(self, account: Account) -> namespaces.Namespaces | None:
        if not namespaces.available(account):
            return None
        first = FirstProcess() if namespaces.of_processes(account) else None
        return namespaces.Namespaces(account, self.ports == (), tuple(self._covered()), first)

    def _covered(self) -> Iterator[Path]:
        """Terminals, sockets but the run's own, and all of other runs: Landlock lets it change the rights of files."""
        needed = {Path(os.path.realpath(path)) for path in (*self.readable, *self.writable, *self.sockets)}
        if self.temporary is not None:
            needed.add(Path(os.path.realpath(self.temporary)))
        folders = [Path("/dev/pts"), *_in_sight(_RUNNING, needed)]
        yield from (path for path in folders if path.is_dir() or namespaces.is_socket(path))
        places = [_MEMORY, *([self.temporary] if self.temporary else [])]
        runs = run_directories.of_others(places)
        others = [run for run in runs if not any(path.is_relative_to(run) for path in needed)]
        yield from others
        ours = {*self.sockets, *folders, *others}
        for path in namespaces.sockets():
            real = path.parent.resolve() / path.name
            if ours.isdisjoint(real.parents) and not run_directories.is_in_own(real):
                yield real

    def _limits(self, account: Account, *, alone: bool) -> Iterator[tuple[int, int]]:
        yield resource.RLIMIT_CORE, 0
        if self.largest_file is not None:
            yield resource.RLIMIT_FSIZE, self.largest_file
        # It counts all processes of the account: those of other runs, and an ordinary user's desktop.
        if account.is_other and alone:
            yield resource.RLIMIT_NPROC, PROCESSES
        if self.memory_bytes is not None:  # the last one: until then the new process is as large as the bot
            yield resource.RLIMIT_AS, self.memory_bytes

    def _rules(self) -> landlock.Ruleset | None:
        known = landlock.version()
        if not known:
            return None
        rules = landlock.Ruleset(known, network=self.ports is not None)
        hidden = {Path(os.path.realpath(path)) for path in self.hidden}
        rules.read(_in_sight(Path("/"), {*hidden, Path("/dev"), _KERNEL}))
        rules.read(self.readable)
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


def as_account(account: Account) -> dict[str, Any]:
    """Options of `subprocess.Popen`."""
    return {"user": account.uid, "group": account.gid, "extra_groups": [] if account.is_other else None}


def _confine(
    group: control_group.ControlGroup | None,
    own: namespaces.Namespaces | None,
    limits: Iterable[tuple[int, int]],
    rules: landlock.Ruleset | None,
    told: Iterable[Path],
) -> None:
    """In the new process: nothing here may need a lock that another thread holds."""
    if group is not None:
        group.join()
    if own is not None:
        own.enter()
    seccomp.give_up_privileges()
    if rules is not None:
        rules.read(told)
        landlock.enter(rules.descriptor)
    for which, value in limits:
        _, hard = resource.getrlimit(which)
        lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (lowest, lowest))
    seccomp.enter()
