"""Who runs what: when the bot is root, code that is not its own runs as an unprivileged account.

So it can neither read the bot's memory and environment nor signal the database server.
"""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ToolError


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


@dataclass(frozen=True)
class Accounts:
    """Who runs the database server, who runs the project's code, and who keeps packages of the index for later runs."""

    server: Account = Account()
    worker: Account = Account()
    downloads: Account = Account()


def accounts() -> Accounts:
    """Different unprivileged accounts when the bot is root, else the bot's own for all."""
    if os.geteuid() != 0:
        return Accounts()
    return Accounts(
        server=_first_of("postgres", "daemon"),
        worker=_first_of("migration-bot", "nobody"),
        downloads=_first_of("migration-bot-downloads", "bin"),
    )


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
