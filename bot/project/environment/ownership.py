"""Hands over what untrusted code installed to the bot, so that later code cannot change it."""

import os
import stat
from pathlib import Path

_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def take_over(folder: Path) -> None:
    """Give a folder with all that is in it to the bot, which alone may write there from then on.

    By descriptors: a path could lead elsewhere by the time that it is used.
    """
    for _, folders, files, descriptor in os.fwalk(folder):
        for name in (*folders, *files):
            os.chown(name, 0, 0, dir_fd=descriptor, follow_symlinks=False)
        for name in files:
            _close(name, descriptor)
        os.fchown(descriptor, 0, 0)
        os.fchmod(descriptor, stat.S_IMODE(os.fstat(descriptor).st_mode) & ~_OTHERS)


def _close(name: str, folder: int) -> None:
    """Take the right to write from everybody else; with the group's goes that of all whom an access list names."""
    facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if stat.S_ISREG(facts.st_mode) and facts.st_mode & _OTHERS:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        try:
            os.fchmod(file, stat.S_IMODE(facts.st_mode) & ~_OTHERS)
        finally:
            os.close(file)
