"""A run leaves room on a disk for others: what fills it is ended before nothing is left.

In: folders in which strange code writes, and a function that ends it. Out: whether that had to be. A part of what was
free at the start stays free; where that was little, the disk itself is the limit.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import BotError, ToolError
from bot.system.repeating import repeating

_PART = 8  # of what was free
_MOST = 512 * 1024**2  # bytes that stay free
_LITTLE = 256 * 1024**2  # bytes; with less, other limits are met first
_LOOK = 0.25  # seconds, in which a disk takes some hundred megabytes


@dataclass
class Room:
    """`kept` are bytes that stay free in each folder; `short` are those in which less was."""

    kept: dict[Path, int] = field(default_factory=dict)
    short: list[Path] = field(default_factory=list)

    def look(self) -> bool:
        """Whether there is less than there should be, now."""
        found = [folder for folder, kept in self.kept.items() if _free(folder) < kept]
        self.short += [folder for folder in found if folder not in self.short]
        return bool(found)

    @contextmanager
    def required(self) -> Iterator[None]:
        """What was ended for lack of room has no result: raises `ToolError`."""
        try:
            yield
        except BotError as error:
            if self.short:
                raise self._error() from error
            raise
        if self.short:
            raise self._error()

    def _error(self) -> ToolError:
        where = self.short[0]
        return ToolError(
            f"the run was ended, or it would have left less than {self.kept[where] >> 20} MB of space in {where}",
            "Look for what the project's code, or the build of a package, writes without end; or free some space.",
            kind="machine",
        )


@contextmanager
def watched(folders: Sequence[Path], end: Callable[[], object]) -> Iterator[Room]:
    """Call `end` as long as there is too little room in one of the folders."""
    free = {folder: _free(folder) for folder in folders}
    room = Room({folder: min(here // _PART, _MOST) for folder, here in free.items() if here >= _LITTLE})
    with repeating(lambda: end() if room.look() else None, _LOOK, "room on the disk"):
        yield room


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return _MOST  # it is gone: whoever needs it says so
