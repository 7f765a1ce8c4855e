"""The runner's folders: what a pull request may have put into the workspace, and who may look into the rest.

In: the runner. Out: a folder for the report that is ours, a cache that the repository did not bring, and
closed doors where the kernel itself cannot keep the project's code out.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot import settings
from bot.action.runner import Runner
from bot.errors import UsageError
from bot.project.checkout.git import git
from bot.system import landlock, remove


def clear(folder: Path) -> None:
    """What is in the report's place came with the checkout or from an earlier run; a link there leads anywhere."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    else:
        remove(folder)


@contextmanager
def handed_back(workspace: Path, names: Iterable[str]) -> Iterator[None]:
    """What a container has left as root in these folders belongs to the workspace's owner after the context.

    A runner of one's own could not clean its workspace otherwise. By descriptors, so that no link leads elsewhere.
    """
    try:
        yield
    finally:
        with suppress(OSError):
            owner = workspace.stat()
            if os.geteuid() == 0 and owner.st_uid != 0:
                for name in names:
                    _give(workspace / name, owner.st_uid, owner.st_gid)


def _give(folder: Path, user: int, group: int) -> None:
    for _, folders, files, descriptor in os.fwalk(folder, topdown=False):
        for name in (*folders, *files):
            if os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_uid == 0:
                os.chown(name, user, group, dir_fd=descriptor, follow_symlinks=False)
        if os.fstat(descriptor).st_uid == 0:
            os.fchown(descriptor, user, group)


def refuse_brought_cache(workspace: Path, cache: Path) -> None:
    """Raise `UsageError` when the cache is part of the repository: whoever changes that would own our tools."""
    with suppress(ValueError):
        path = cache.relative_to(workspace)
        parents = [str(parent) for parent in (path, *path.parents) if parent != Path()]
        tracked = git("ls-files", "--", *parents, cwd=workspace, check=False).stdout
        if tracked:
            raise UsageError(
                f"the input cache-dir names {path}, which the repository itself brings",
                "Name a folder that is not under version control.",
            )


def private(runner: Runner) -> tuple[Path, ...]:
    """Folders where steps leave credentials, where only their rights keep the project's account out.

    Landlock does so by itself; without root, the project's code runs as the account that owns them.
    """
    home = settings.environment().get("HOME", "")
    folders = (runner.workspace / ".git", runner.temporary, *([Path(home)] if home else []))
    return () if landlock.version() or os.geteuid() != 0 else folders


@contextmanager
def closed(folders: Iterable[Path]) -> Iterator[None]:
    """Nobody but their owner looks into these folders for the time of the context; then they are as they were."""
    before = {folder: stat.S_IMODE(folder.stat().st_mode) for folder in folders if folder.is_dir()}
    try:
        for folder, mode in before.items():
            folder.chmod(mode & 0o700)
        yield
    finally:
        for folder, mode in before.items():
            with suppress(OSError):
                folder.chmod(mode)
