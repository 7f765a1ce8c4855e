"""The errors that users see: each says what happened, what to do, and which exit code it leads to.

Anything else that escapes is a bug of the bot (exit code 70).
"""


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


class ProjectError(BotError):
    """The project's code, models or migrations are at fault: exit code 1."""

    kind = "project"


class UsageError(BotError):
    """Wrong options, settings or decisions: exit code 2."""

    exit_code = 2
    kind = "usage"


class ToolError(BotError):
    """A tool failed: git, uv, the database server, Docker, the network, the disk: exit code 3."""

    exit_code = 3
    kind = "tool"


class GitHubError(BotError):
    """GitHub refused or could not be reached: exit code 4."""

    exit_code = 4
    kind = "github"
