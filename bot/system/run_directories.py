"""Private folders of one run that do not outlive it for long.

In: a parent folder such as /tmp. Out: a folder that is removed at the end, and that a later run's
`sweep` removes when this one was killed. A lock on a file in it, which the kernel frees when the process
ends in whatever way, tells a folder in use from one left over.
"""

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.system.reaper import reaper
from bot.system.rmtree import remove

PREFIX = "migration-bot-run-"
LOCK = "lock"

_own: set[Path] = set()  # of this process


@contextmanager
def run_directory(parent: Path) -> Iterator[Path]:
    """A new folder in `parent` that others may pass through but not list; gone when the context ends.

    It gets its final name only when it is locked: there is no moment in which a sweep could take it for
    a leftover.
    """
    made = Path(tempfile.mkdtemp(prefix="migration-bot-new-", dir=parent))
    directory = made.with_name(made.name.replace("migration-bot-new-", PREFIX))
    lock = os.open(made / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made.chmod(0o711)
        made.rename(directory)
        reaper.folder(directory)
        _own.add(Path(os.path.realpath(directory)))
        yield directory
    finally:
        _own.discard(Path(os.path.realpath(directory)))
        remove(made)
        remove(directory)
        reaper.removed(directory)
        os.close(lock)


def of_others(parents: Iterable[Path]) -> Iterator[Path]:
    """The folders of other processes' runs there, by their real paths."""
    for parent in parents:
        for folder in Path(os.path.realpath(parent)).glob(PREFIX + "*"):
            if folder not in _own:
                yield folder


def is_in_own(path: Path) -> bool:
    """Whether this is in a folder of this process's."""
    return not _own.isdisjoint(path.parents)


def sweep(parents: Iterable[Path], clear: Callable[[Path], None] = lambda _folder: None) -> list[Path]:
    """Remove what killed runs of this user left in `parents`; returns what was removed.

    `clear` is called with each folder before that.
    """
    return [
        directory
        for parent in parents
        if parent.is_dir()
        for directory in sorted(parent.glob(PREFIX + "*"))
        if _remove_if_left(directory, clear)
    ]


def _remove_if_left(directory: Path, clear: Callable[[Path], None]) -> bool:
    with suppress(OSError):
        if directory.is_symlink() or directory.stat().st_uid != os.geteuid():
            return False
        lock = os.open(directory / LOCK, os.O_RDWR | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            clear(directory)
            remove(directory)
        finally:
            os.close(lock)
        return True
    return False
