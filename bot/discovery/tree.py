"""Reading a checkout of code that nobody vouches for: never a file outside it, whatever its links say.

Comes in: the checkout's folder and paths relative to it, with slashes. Goes out: lists of paths, and texts.
"""

import os
import posixpath
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

LARGEST = 2 * 1024**2  # bytes; code and configuration are smaller

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


def inside(root: Path, path: str) -> Path | None:
    """Where `path` is once all links are followed; None when it is not there or not within `root`."""
    top = root.resolve()
    try:
        found = (top / path).resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return None
    return found if found.is_relative_to(top) else None


def is_folder(root: Path, path: str) -> bool:
    found = inside(root, path)
    return found is not None and found.is_dir()


def is_file(root: Path, path: str) -> bool:
    found = inside(root, path)
    return found is not None and found.is_file()


def text(root: Path, path: str) -> str | None:
    """A file's text, undecodable bytes replaced; None when it is no regular file in `root` or too large."""
    found = inside(root, path)
    if found is None:
        return None
    try:
        with ExitStack() as stack:
            file = _open(stack, root.resolve(), found.relative_to(root.resolve()).parts)
            facts = os.fstat(file)
            if not stat.S_ISREG(facts.st_mode) or facts.st_size > LARGEST:
                return None
            with open(file, encoding="utf-8", errors="replace", closefd=False) as stream:
                return stream.read(LARGEST)
    except OSError:
        return None


def _open(stack: ExitStack, root: Path, parts: tuple[str, ...]) -> int:
    """Step by step without following links: code that runs in `root` may put one there at any moment."""
    found = os.open(root, os.O_RDONLY)
    stack.callback(os.close, found)
    for part in parts:
        found = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=found)
        stack.callback(os.close, found)
    return found


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
