"""Which programs were on this machine before any project's code was, and cannot be changed by it.

In: a path, the account that runs projects' code. Out: whether somebody else could have put it there.
"""

import os
import stat
from pathlib import Path

from bot.system import Account, account_numbers


def is_trusted(path: Path, account: Account) -> bool:
    """Whether no run's account, and not everybody, may change `path`, or what it leads to, or a folder on the way.

    Where the bot is an ordinary user, its own account runs the project's code: then nothing can be distinguished here.
    """
    if not account.is_other:
        return True
    try:
        places = {path.absolute(), *path.absolute().parents, Path(os.path.realpath(path))}
        places |= set(Path(os.path.realpath(path)).parents)
        return not any(_may_change(place.lstat(), account) for place in places)
    except OSError:
        return False


def _may_change(facts: os.stat_result, account: Account) -> bool:
    runs = account_numbers.of_runs()  # those of others, too
    if facts.st_uid == account.uid or facts.st_uid in runs:
        return True
    if stat.S_ISLNK(facts.st_mode):
        return False  # its folder says who may put another one in its place
    if stat.S_ISDIR(facts.st_mode) and facts.st_mode & stat.S_ISVTX:
        return False  # as in /tmp: what is in it is looked at by itself
    of_group = facts.st_gid == account.gid or facts.st_gid in runs
    return bool(facts.st_mode & stat.S_IWOTH or (facts.st_mode & stat.S_IWGRP and of_group))
