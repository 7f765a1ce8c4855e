"""Hands over what untrusted code installed to the bot, so that later code cannot change it."""

import os
from pathlib import Path


def take_over(folder: Path) -> None:
    """Give a folder with all that is in it to the bot.

    By descriptors: a path could lead elsewhere by the time that it is used.
    """
    for _, folders, files, descriptor in os.fwalk(folder):
        for name in (*folders, *files):
            os.chown(name, 0, 0, dir_fd=descriptor, follow_symlinks=False)
        os.fchown(descriptor, 0, 0)
