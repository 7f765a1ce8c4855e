"""Who runs what: when the bot is root, code that is not its own runs as an account without rights.

So it can neither read the bot's memory and environment nor signal the database server. The project's code, and uv where
it fetches packages, have accounts of this process alone: numbers without a name, which nobody else has or gets.
"""

import os
import pwd
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.errors import ToolError
from bot.system import account_numbers

_NAME = "migration-bot"  # what they are called where a name is asked for


@dataclass(frozen=True)
class Account:
    """A user and group to run as; `None` for both means the bot's own."""

    uid: int | None = None
    gid: int | None = None

    @property
    def is_other(self) -> bool:
        return self.uid is not None

    def own(self, path: Path) -> None:
        """Give `path` (not what is in it) to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def variables(self, home: Path) -> dict[str, str]:
        """Its home and its name, which are in no list of this machine's users."""
        named = {"USER": _NAME, "LOGNAME": _NAME} if self.is_other else {}
        return {"HOME": str(home), "TMPDIR": str(home), **named}


@dataclass(frozen=True)
class Accounts:
    """Who runs the database server, who runs the project's code, and who keeps packages of the index for later runs."""

    server: Account = Account()
    worker: Account = Account()
    downloads: Account = Account()


@lru_cache
def accounts() -> Accounts:
    """Different ones without rights when the bot is root, the same until it ends; else the bot's own for all."""
    if os.geteuid() != 0:
        return Accounts()
    worker, downloads = account_numbers.new(2)
    return Accounts(_first_of("postgres", "daemon"), Account(worker, worker), Account(downloads, downloads))


def _first_of(*names: str) -> Account:
    for name in names:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise ToolError(
        f"no unprivileged account to run as: none of {', '.join(names)} exists on this machine",
        "Create one of these users, or run the bot as an ordinary user.",
    )
