"""Environments in the cache: which are complete, and what is remembered of each.

In: the folder of one. Out: what it was made from and lacks, or nothing where a part of it is gone. A file beside the
folder says that it is complete; no strange code can write there.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Environment:
    """`added` are packages that the project does not list, `left_out` those of its list that could not be had.

    `source` is what it was made from, for people; `own` are folders of the checkout with packages that it lists.
    """

    python: Path
    added: tuple[str, ...] = ()
    source: str = ""
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Two runs at once make an environment once."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    handle = os.open(folder.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def mark(folder: Path) -> Path:
    """Says that an environment is complete, and what to tell of it; outside of what strange code can write."""
    return folder.with_suffix(".complete")


def is_whole(folder: Path) -> bool:
    """Whether what a cache says is there is there: a part may be lost, or may have been restored elsewhere."""
    if not mark(folder).is_file():
        return False
    packages = folder.glob("lib/python3.*/site-packages/alembic/__init__.py")
    return bool(better(folder)) or ((folder / "bin" / "python").exists() and any(packages))


def better(folder: Path) -> str:
    """The minor version that was found to do better than that of this environment, which was not made."""
    said = mark(folder).read_text(errors="replace")
    return said.removeprefix("better=") if said.startswith("better=") else ""


def finished(folder: Path) -> Environment:
    lines = mark(folder).read_text(errors="replace").splitlines()
    values = [line.partition("=") for line in lines]
    return Environment(
        folder / "bin" / "python",
        tuple(value for name, _, value in values if name == "added"),
        next((value for name, _, value in values if name == "source"), ""),
        tuple(value for name, _, value in values if name == "note"),
        tuple(value for name, _, value in values if name == "left-out"),
        tuple(value for name, _, value in values if name == "own"),
    )
