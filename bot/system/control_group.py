"""One limit for the memory of all programs of others together, and one for their number, where this machine lets us.

In: nothing. Out: a control group of this bot's. Root may make one; an ordinary user where systemd has delegated
that (`systemd-run --user --scope -p Delegate=yes`); nobody in a container as Docker starts it. Source: Linux,
Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/memory.rst and cgroup-v1/pids.rst, `man 7 cgroups`.
"""

import atexit
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from bot.system.reaper import reaper

PROCESSES = 1_024  # threads counted
_PREFIX = "migration-bot-"
_SELF = Path("/proc/self")
_SHARE = 0.75  # of the machine's memory; the rest is for the bot, the database server and everybody else


@dataclass(frozen=True)
class _Limit:
    """A file of a new group with what is written to it; without the file there is no such limit."""

    file: str
    value: str


def _limits() -> tuple[_Limit, ...]:
    memory = str(int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * _SHARE))
    return (
        _Limit("memory.max", memory),
        _Limit("memory.swap.max", "0"),
        _Limit("memory.limit_in_bytes", memory),
        _Limit("pids.max", str(PROCESSES)),
    )


@dataclass(frozen=True)
class ControlGroup:
    """`folders` are the same group in each hierarchy; `controllers` say what it limits."""

    folders: tuple[Path, ...]
    controllers: frozenset[str]

    def join(self) -> None:
        """In the new process, which is still the bot's. Raises `OSError`."""
        for folder in self.folders:
            file = os.open(folder / "cgroup.procs", os.O_WRONLY | os.O_CLOEXEC)
            try:
                os.write(file, b"0")
            finally:
                os.close(file)

    def remove(self) -> None:
        """When nobody is in it any more."""
        for folder in self.folders:
            with suppress(OSError):
                folder.rmdir()


@lru_cache
def group() -> ControlGroup | None:
    """This process's, made when it is first asked for; None where there is none that limits memory and processes."""
    if sys.platform != "linux":
        return None
    made: dict[Path, frozenset[str]] = {}
    with suppress(OSError):
        for parent in dict.fromkeys(_parents()):
            made.update(_made(parent))
    found = ControlGroup(tuple(made), frozenset().union(*made.values()))
    if found.controllers != {"memory", "pids"}:
        found.remove()
        return None
    for folder in found.folders:
        reaper.group(folder)
    atexit.register(found.remove)
    return found


def _made(parent: Path) -> dict[Path, frozenset[str]]:
    """A new group there, if it limits anything."""
    _sweep(parent)
    folder = parent / f"{_PREFIX}{os.getpid()}"
    with suppress(FileExistsError):
        folder.mkdir()
    limited = set()
    for limit in _limits():
        path = folder / limit.file
        with suppress(OSError):
            if path.exists():
                path.write_text(limit.value)
                limited.add(limit.file.partition(".")[0])
    if limited:
        return {folder: frozenset(limited)}
    folder.rmdir()
    return {}


def _sweep(parent: Path) -> None:
    """Groups of bots that are no more."""
    for folder in parent.glob(_PREFIX + "*"):
        if not Path("/proc", folder.name.removeprefix(_PREFIX)).exists():
            with suppress(OSError):
                folder.rmdir()


def _parents() -> Iterator[Path]:
    """Where a group of ours can be: `man 7 cgroups`, /proc/[pid]/cgroup; `man 5 proc_pid_mountinfo`."""
    own: dict[str, str] = {}
    for line in (_SELF / "cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        own |= dict.fromkeys(controllers.split(","), path)
    for line in (_SELF / "mountinfo").read_text().splitlines():
        place, _, about = line.partition(" - ")
        root, mounted = place.split()[3:5]
        kind, _, options = about.split(" ", 2)
        if kind == "cgroup2" and "" in own:
            # Beside us: a group with processes in it has no groups with limits in it, the topmost one aside.
            path = own[""]
            yield _at(mounted, root, path if path == "/" else os.path.dirname(path))  # noqa: PTH120  no path of files
        for name in {"memory", "pids"} & {*options.split(",")} & own.keys() if kind == "cgroup" else ():
            yield _at(mounted, root, own[name])


def _at(mounted: str, root: str, path: str) -> Path:
    return Path(mounted, os.path.relpath(path, root) if PurePosixPath(path).is_relative_to(root) else ".")
