"""Slash commands: one module each, found by listing this folder.

Comes in: the first line of a pull request's comment. Goes out: `Order`, a command with its argument as the command
line would have it. A plug-in is a module with `SUMMARY`, `USAGE` and `read(argument) -> Order`, as `Plugin` says;
the command is called like the module.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, cast

from bot.errors import UsageError
from bot.sqltext import names
from bot.system import plugins

PREFIX = "/migration"
MOST = 4_000  # characters of a command's line

Kind = Literal["check", "commit", "rebase", "help", "undo", "message", "rename", "fill", "using", "clean"]


@dataclass(frozen=True)
class Order:
    """`value` is what the option of the same name would get: `OLD=NEW`, `TABLE.COLUMN=SQL`, a name, a message."""

    kind: Kind
    value: str = ""


class Plugin(Protocol):
    SUMMARY: str
    USAGE: str

    def read(self, argument: str) -> Order:
        """Raises `UsageError` for an argument that it cannot read."""
        ...


def all_commands() -> Mapping[str, Plugin]:
    """All commands by name."""
    return {name: cast("Plugin", module) for name, module in plugins.modules(__name__).items()}


def read(comment: str) -> Order | None:
    """The command in the first line of a comment; None when it is none of the bot's.

    Raises `UsageError` for a command of the bot that cannot be read.
    """
    line = (comment.splitlines() or [""])[0].strip()
    word, _, rest = line.partition(" ")
    if word != PREFIX:
        return None
    if len(line) > MOST:
        raise UsageError(f"a command can have {MOST} characters at most, and this one has {len(line)}")
    name, _, argument = rest.strip().partition(" ")
    plugin = all_commands().get(name or "check")
    if plugin is None:
        raise UsageError(f"there is no command {name[:40]!r}", f"The commands are: {', '.join(all_commands())}.")
    return plugin.read(argument.strip())


def without_argument(kind: Kind, argument: str) -> Order:
    """For commands that take none."""
    if argument:
        raise UsageError(f"{PREFIX} {kind} takes no argument")
    return Order(kind)


def subject_and_rest(argument: str, usage: str) -> tuple[str, str]:
    """A name (double quotes keep blanks together) and what follows it."""
    found = names.first(argument)
    if found is None:
        raise UsageError(f"this is not of the form {PREFIX} {usage}")
    return found
