"""Puts files into a repository's `.github/workflows`: all of them or none.

In: a work tree, files by path. Out: the files, and which of them were there. What is there already and says something
else stays as it is unless it is to be written over; a folder stays, and so does whatever a link leads to.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path, PurePosixPath

from bot.errors import ToolError, UsageError
from bot.report.text import listed
from bot.system import beneath


def place(root: Path, made: Mapping[str, str], *, force: bool) -> Iterator[str]:
    """What was done, a line for each file; raises `UsageError` where something else is in their place."""
    _refuse_odd_folders(root, made)
    there = {path for path, text in made.items() if _is_there(root, path, text)}
    in_the_way = [path for path in made if path not in there and _mode(root / path)]
    folders = [path for path in in_the_way if stat.S_ISDIR(_mode(root / path))]
    if folders:
        raise UsageError(f"{listed(folders)}: a folder is in the place of the workflow", "Move it away first.")
    if in_the_way and not force:
        raise UsageError(
            f"{listed(in_the_way)}: there already, and left as it is",
            "Give the one that is there another name, or --force to write over it.",
        )
    _write(root, {path: text for path, text in made.items() if path not in there})
    for path in made:
        yield f"{'unchanged' if path in there else 'written'}: {path}"


def _refuse_odd_folders(root: Path, made: Mapping[str, str]) -> None:
    """GitHub follows no link to a workflow, and what is behind one may not be the repository's."""
    parents = dict.fromkeys(str(parent) for path in made for parent in reversed(PurePosixPath(path).parents))
    for parent in parents:
        mode = _mode(root / parent)
        if mode and not stat.S_ISDIR(mode):
            what = "a link" if stat.S_ISLNK(mode) else "no folder"
            raise UsageError(
                f"{parent} is {what}, and GitHub reads workflows from a folder of the repository only",
                "Put a folder in its place first.",
            )


def _is_there(root: Path, path: str, text: str) -> bool:
    return stat.S_ISREG(_mode(root / path)) and beneath.text(root, path) == text


def _mode(path: Path) -> int:
    """0 where nothing is."""
    try:
        return path.lstat().st_mode
    except FileNotFoundError:
        return 0


def _write(root: Path, made: Mapping[str, str]) -> None:
    """Under other names first: an old file goes when all of the new ones are on the disk."""
    new = {path: f"{path}.{os.getpid()}.new" for path in made}
    path = ""
    try:
        with ExitStack() as stack:
            for path, text in made.items():
                stack.callback((root / new[path]).unlink, missing_ok=True)
                beneath.create(root, new[path], text)
            for path in made:
                (root / new[path]).replace(root / path)
    except OSError as error:
        raise ToolError(
            f"cannot write {path}: {error.strerror}", "Make room, or let this account write in the repository."
        ) from error
