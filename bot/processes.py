"""The one way in which the bot runs other programs, and as whom.

Comes in: a command as a list of arguments. Goes out: its output, or an error that shows command, exit code
and the end of the output. When the bot is root, code that is not its own runs as one of two unprivileged
accounts, so that it can neither read the bot's memory and environment nor signal the database server.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ToolError

LOG_TAIL = 4_000  # characters of output that an error carries


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
    """Who runs the database server and who runs the project's code."""

    server: Account = Account()
    worker: Account = Account()


def accounts() -> Accounts:
    """Two different unprivileged accounts when the bot is root, else the bot's own for both."""
    if os.geteuid() != 0:
        return Accounts()
    return Accounts(server=_first_of("postgres", "daemon"), worker=_first_of("migration-bot", "nobody"))


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


@dataclass(frozen=True)
class Completed:
    code: int
    stdout: str
    stderr: str


def run(
    command: Sequence[str | os.PathLike[str]],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    account: Account | None = None,
    timeout: float | None = None,
    check: bool = True,
) -> Completed:
    """Run a program to its end and return its output as text (undecodable bytes replaced).

    Raises `ToolError` when it is not there, takes longer than `timeout` seconds (its whole process group
    is killed then) or, with `check`, exits with another code than 0.
    """
    words = [os.fspath(word) for word in command]
    who = account or Account()
    try:
        process = subprocess.Popen(
            words,
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            user=who.uid,
            group=who.gid,
            extra_groups=[] if who.is_other else None,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise ToolError(f"{words[0]} is not installed", f"Install {words[0]} and try again.") from error
    except PermissionError as error:
        raise ToolError(f"{words[0]} cannot be started: {error.strerror}", "Check who may run it.") from error
    try:
        out, err = process.communicate(timeout=timeout)
    except BaseException as error:
        kill_group(process.pid)
        process.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            raise ToolError(f"{_shown(words)} took longer than {timeout:g} s", kind="timeout") from error
        raise
    done = Completed(process.returncode, out.decode(errors="replace"), err.decode(errors="replace"))
    if check and done.code != 0:
        raise ToolError(
            f"{_shown(words)} failed with exit code {done.code}",
            log_tail=(done.stdout + done.stderr)[-LOG_TAIL:],
        )
    return done


def kill_group(pid: int) -> None:
    """End a process that was started with `start_new_session`, and all that it started."""
    try:
        os.killpg(pid, 9)
    except (ProcessLookupError, PermissionError):
        return


def program(name: str) -> Path | None:
    """Where a program is on PATH."""
    found = shutil.which(name)
    return Path(found) if found else None


def _shown(words: Sequence[str]) -> str:
    text = " ".join(words)
    return text if len(text) <= 200 else text[:197] + "..."
