"""Reads a checkout of untrusted code: never a file outside it, whatever its symlinks point to.

In: the checkout's folder and paths relative to it, with slashes. Out: lists of paths, and texts.
"""

import os
import posixpath
from collections.abc import Iterator
from pathlib import Path

from bot.system import beneath

_NOT_THE_PROJECT = {"node_modules", "site-packages", "__pycache__", "venv"}


def files(root: Path, endings: tuple[str, ...]) -> Iterator[str]:
    """The checkout's own regular files with one of `endings`, sorted folder by folder.

    Left out: hidden folders, installed packages, templates of projects, links.
    """
    for folder, names, found in os.walk(root):
        below = Path(folder)
        names[:] = sorted(name for name in names if _is_code(below / name))
        for name in sorted(found):
            if name.endswith(endings) and not (below / name).is_symlink():
                yield (below / name).relative_to(root).as_posix()


def _is_code(folder: Path) -> bool:
    name = folder.name
    if name.startswith(".") or name in _NOT_THE_PROJECT or "{{" in name:
        return False
    return not (folder / "pyvenv.cfg").exists()


def is_folder(root: Path, path: str) -> bool:
    return beneath.is_folder(root, path)


def is_file(root: Path, path: str) -> bool:
    return beneath.is_file(root, path)


def text(root: Path, path: str) -> str | None:
    """A file's text, undecodable bytes replaced; None when it is no regular file in `root` or too large."""
    return beneath.text(root, path)


def join(folder: str, path: str) -> str | None:
    """`path` as seen from `folder`, both relative to the root; None when that leads out of the root."""
    joined = posixpath.normpath(posixpath.join(folder, path))
    return None if joined == ".." or joined.startswith(("../", "/")) else joined


def upwards(folder: str) -> list[str]:
    """The folder and those around it, the root (`.`) last."""
    found = [folder]
    while folder not in ("", "."):
        folder = posixpath.dirname(folder) or "."
        found.append(folder)
    return found


def contains(folder: str, path: str) -> bool:
    """Whether `path` is `folder` or lies below it."""
    return folder in {".", path} or path.startswith(folder + "/")
