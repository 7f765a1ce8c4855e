"""The errors that users see: each says what happened, what to do, and which exit code it leads to.

Anything else that escapes is a bug of the bot (exit code 70).
"""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SHORT = {errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE}
_CLOSED = {errno.EROFS, errno.EACCES, errno.EPERM}
_BROKEN = {errno.EIO, errno.ENODEV, errno.ESTALE}


class BotError(Exception):
    """Base of all expected failures.

    `kind` is a stable, machine-readable word for `report.json`; `message` names the input that was wrong;
    `advice` says what to do about it; `log_tail` carries the last lines of a tool's output, uninterpreted.
    """

    exit_code = 1
    kind = "error"

    def __init__(self, message: str, advice: str = "", *, kind: str | None = None, log_tail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.log_tail = log_tail
        if kind is not None:
            self.kind = kind

    @property
    def line(self) -> str:
        """What happened and what to do, in one line."""
        first = self.message.strip().partition("\n")[0]
        return f"{first.rstrip('.')}. {' '.join(self.advice.split())}" if self.advice else first


class ProjectError(BotError):
    """The project's code, models or migrations are at fault: exit code 1.

    `revision` is the migration that ran; `databases` are those of env.py's where it has several; `module` is what could
    not be imported, `host` a server that the code asked in vain, `missing` are variables that the code cannot do
    without, `asked` those that it asked for in vain.
    """

    kind = "project"
    revision = ""
    databases: tuple[str, ...] = ()
    module = ""
    host = ""
    missing: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


class UsageError(BotError):
    """Wrong options, settings or decisions: exit code 2."""

    exit_code = 2
    kind = "usage"


class ReportedUsageError(UsageError):
    """What was chosen turns out not to do: a server, its `--setup`, a Python. Each environment's report says so."""


class ToolError(BotError):
    """A tool failed: git, uv, the database server, Docker, the network, the disk: exit code 3."""

    exit_code = 3
    kind = "tool"


class GitHubError(BotError):
    """GitHub refused or could not be reached: exit code 4."""

    exit_code = 4
    kind = "github"


class MemoryDiskFullError(Exception):
    """The databases need more room than memory has: what was seen is void, and is to be done again on disk."""


class ExtensionNeededError(Exception):
    """The project needs an extension that has to be there before its code runs: made by an administrator, or on another
    server of this machine. To be done again like that.
    """

    def __init__(self, extension: str) -> None:
        super().__init__(extension)
        self.extension = extension


@contextmanager
def machine_trouble(temporary: Path) -> Iterator[None]:
    """What the machine lacks or refuses becomes a `ToolError`: no bug of ours, nor the project's fault.

    `temporary` is the folder for temporary files, for the advice.
    """
    try:
        yield
    except MemoryError as error:
        raise ToolError("there is not enough memory", _advice(errno.ENOMEM, temporary), kind="memory") from error
    except RuntimeError as error:
        if "can't start new thread" not in str(error):
            raise
        raise ToolError("no thread can be started", _advice(errno.EAGAIN, temporary), kind="memory") from error
    except shutil.Error as error:  # a list of what could not be copied, as text
        why = str(error.args[0][0][-1]) if error.args and error.args[0] else str(error)
        raise ToolError(f"files cannot be copied: {why}", _advice(errno.ENOSPC, temporary), kind="machine") from error
    except OSError as error:
        advice = _advice(error.errno, temporary)
        if not advice:
            raise
        where = f" ({error.filename})" if error.filename else ""
        raise ToolError(f"{error.strerror}{where}", advice, kind="machine") from error


def _advice(number: int | None, temporary: Path) -> str:
    if number in _FULL:
        return f"Free some space in {temporary} and in the cache, or set TMPDIR to a folder with more of it."
    if number in _SHORT:
        return "Give this job more memory, processes or open files, or run less at the same time."
    if number in _CLOSED:
        return (
            "Let the account that runs the bot use this file, or set TMPDIR and MIGRATION_BOT_CACHE to other folders."
        )
    if number in _BROKEN:
        return "Look at the machine's own log: a device or file system does not answer as it should."
    return ""
