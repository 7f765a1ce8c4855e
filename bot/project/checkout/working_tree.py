"""The working tree as a git tree: what is modified, staged, deleted, and new but not ignored.

In: a repository. Out: the name of a tree that is stored in the scratch folder only. Git works on a
copy of the index, so that neither the user's index nor object store changes.
"""

import os
import shutil
import stat
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.errors import ToolError
from bot.project.checkout.git import Repository
from bot.project.checkout.scratch import Scratch

LARGE = 50 * 1024**2  # bytes; a new file that is larger is data, not code
_PASSED_OVER = {"node_modules", "__pycache__", ".venv", "site-packages"}


@dataclass(frozen=True)
class Snapshot:
    tree: str
    notes: tuple[str, ...] = ()


def take(repository: Repository, scratch: Scratch) -> Snapshot:
    """The tree of the working files as they are now.

    Raises `ToolError` when git cannot read them.
    """
    index = scratch.path / "index"
    if repository.index.exists():
        # With its date: files changed at the very time of the index's date are compared by content.
        shutil.copy2(repository.index, index)
    env = {"GIT_INDEX_FILE": str(index), "GIT_OBJECT_DIRECTORY": str(scratch.objects)}
    config = repository.without_filters | {"core.looseCompression": "0"}
    git = partial(repository.git, cwd=repository.root, env=env, config=config)
    done = git("add", "--update", "--ignore-errors", check=False)
    if done.code not in (0, 1):
        raise ToolError("git cannot read the working tree", log_tail=done.stderr)
    unread = ("some files of the working tree could not be read",) if done.code else ()
    listed = git("ls-files", "--others", "--exclude-standard", "-z").stdout
    new, left_out = _new_files(repository.root, [path for path in listed.split("\0") if path])
    if new:
        names = scratch.path / "new-files"
        names.write_bytes(b"\0".join(os.fsencode(path) for path in new))
        words = [f"--pathspec-from-file={names}", "--pathspec-file-nul"]
        git("add", *words)
    tree = git("write-tree").stdout.strip()
    return Snapshot(tree, unread + left_out)


def _new_files(root: Path, paths: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Those of the untracked files that belong to the project, and what to say of the others."""
    environments = {os.path.dirname(path) for path in paths if os.path.basename(path) == "pyvenv.cfg"}  # noqa: PTH119, PTH120
    taken, left_out = [], []
    for path in paths:
        parts = Path(path).parts
        if _PASSED_OVER.intersection(parts) or any(path.startswith(f"{folder}/") for folder in environments):
            continue
        if _is_readable(root / path):
            taken.append(path)
        elif not path.endswith("/"):  # a slash ends another repository's folder
            left_out.append(path)
    note = f"new files left out (larger than {LARGE // 1024**2} MiB, or not readable): {', '.join(left_out[:5])}"
    return taken, (note,) if left_out else ()


def _is_readable(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    if stat.S_ISLNK(status.st_mode):
        return True
    return stat.S_ISREG(status.st_mode) and status.st_size <= LARGE and os.access(path, os.R_OK)
