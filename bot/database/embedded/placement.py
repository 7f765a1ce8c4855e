"""Where a server's files are: in memory if they fit, which is several times as fast, else on disk.

In: about how many tables the project has. Out: a folder. A container has 64 MB of memory for
files unless somebody asks for more.
"""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bot.errors import ToolError

MEMORY = Path("/dev/shm")  # noqa: S108  a file system in memory; our folder there is private
TABLES_FOR_DISK = 1_000  # tables; a project with more is better off on disk
MIN_FREE_BYTES = 400 * 1024**2  # bytes on disk
SOCKET_PATH = 80  # characters of a folder that leave room for the rest; the kernel stops at 104 to 108
# Seen: seven databases at once and what a server needs beside them; each table with its keys is in all of them.
_BASE, _PER_TABLE = 50 * 1024**2, 300 * 1024  # bytes


def places(usual: Path) -> list[Path]:
    """All folders that may have been chosen, the fastest first."""
    return [MEMORY, usual, Path("/tmp")] if len(str(usual)) <= SOCKET_PATH else [MEMORY, Path("/tmp")]  # noqa: S108


def choose(among: list[Path], tables: Callable[[], int], *, in_memory: bool) -> Path:
    """The first of these folders that has room; raises `ToolError` when none has."""
    for place in among:
        with suppress(OSError):
            free = shutil.disk_usage(place).free if os.access(place, os.W_OK | os.X_OK) else 0
            if (in_memory and _fits(free, tables)) if place == MEMORY else free >= MIN_FREE_BYTES:
                return place
    on_disk = [str(place) for place in among if place != MEMORY]
    raise ToolError(
        f"no temporary folder with {MIN_FREE_BYTES >> 20} MB of room for a database server",
        f"Free some space in {' or '.join(on_disk)}.",
    )


def _fits(free: int, tables: Callable[[], int]) -> bool:
    # Counting them takes a moment: not where there is plenty.
    return free >= _needed(TABLES_FOR_DISK) or (free >= _needed(0) and free >= _needed(tables()))


def _needed(tables: int) -> int:
    return _BASE + tables * _PER_TABLE
