"""Guards the runner's folders: what a pull request may have put into the workspace, and who can read the rest.

In: the runner. Out: an output folder that is ours, a cache that is not part of the repository, and restricted
permissions on folders with credentials where Landlock is not available.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.action.runner import Runner
from bot.errors import UsageError
from bot.project.checkout.git import Git
from bot.settings import Machine
from bot.system import landlock, remove


def clear(folder: Path) -> None:
    """Remove what the checkout or an earlier run left at the output path; a symlink may point anywhere."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    else:
        remove(folder)


@contextmanager
def ownership_restored(workspace: Path, names: Iterable[str]) -> Iterator[None]:
    """Give files that the container created as root in these folders to the workspace's owner when the context ends.

    A self-hosted runner could not clean its workspace otherwise. Works on descriptors, so that no symlink is followed.
    """
    try:
        yield
    finally:
        with suppress(OSError):
            owner = workspace.stat()
            if os.geteuid() == 0 and owner.st_uid != 0:
                for name in names:
                    _chown(workspace / name, owner.st_uid, owner.st_gid)


def _chown(folder: Path, user: int, group: int) -> None:
    for _, folders, files, descriptor in os.fwalk(folder, topdown=False):
        for name in (*folders, *files):
            if os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_uid == 0:
                os.chown(name, user, group, dir_fd=descriptor, follow_symlinks=False)
        if os.fstat(descriptor).st_uid == 0:
            os.fchown(descriptor, user, group)


def refuse_tracked_cache(git: Git, workspace: Path, cache: Path) -> None:
    """Raise `UsageError` if the cache is part of the repository: a pull request could replace our tools there."""
    with suppress(ValueError):
        path = cache.relative_to(workspace)
        parents = [str(parent) for parent in (path, *path.parents) if parent != Path()]
        tracked = git("ls-files", "--", *parents, cwd=workspace, check=False).stdout
        if tracked:
            raise UsageError(
                f"the input cache-dir names {path}, which is tracked by the repository",
                "Name a folder that is not under version control.",
            )


def credential_dirs(runner: Runner, machine: Machine) -> tuple[Path, ...]:
    """Folders with credentials of other steps that nothing but file permissions keeps from the project's account.

    Empty with Landlock, which covers them, and without root: the project's code then runs as their owner.
    """
    folders = (runner.workspace / ".git", runner.temporary, machine.home)
    return () if landlock.version() or os.geteuid() != 0 else folders


@contextmanager
def restricted(folders: Iterable[Path]) -> Iterator[None]:
    """Make these folders accessible to their owner only while the context lasts."""
    before = {folder: stat.S_IMODE(folder.stat().st_mode) for folder in folders if folder.is_dir()}
    try:
        for folder, mode in before.items():
            folder.chmod(mode & 0o700)
        yield
    finally:
        for folder, mode in before.items():
            with suppress(OSError):
                folder.chmod(mode)
