"""Slash commands: one module each, found by listing this folder.

In: the first line of a pull request's comment. Out: `Command`, with the author's answer or message where it has one.
A plug-in is a module with `SUMMARY`, `USAGE` and `read(argument) -> Command`, as `Plugin` says; the command is called
like the module.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, cast

from bot.decisions import Answer
from bot.errors import UsageError
from bot.model import DecisionKind
from bot.sqltext import names
from bot.system import plugins

PREFIX = "/migration"
MOST = 4_000  # characters of a command's line

Kind = Literal["check", "commit", "rebase", "help", "undo", "message", "safer"] | DecisionKind


@dataclass(frozen=True)
class Command:
    kind: Kind
    message: str = ""
    answer: Answer | None = None

    @staticmethod
    def answering(kind: DecisionKind, subject: str, value: str = "") -> "Command":
        """A command that decides something."""
        return Command(kind, answer=Answer(kind, subject, value, "command"))


class Plugin(Protocol):
    SUMMARY: str
    USAGE: str

    def read(self, argument: str) -> Command:
        """Raises `UsageError` for an argument that it cannot read."""
        ...


def all_commands() -> Mapping[str, Plugin]:
    """All commands by name."""
    return {name: cast("Plugin", module) for name, module in plugins.modules(__name__).items()}


def read(comment: str) -> Command | None:
    """The command in the first line of a comment; None when it is none of the bot's.

    Raises `UsageError` for a command of the bot that cannot be read.
    """
    line = (comment.splitlines() or [""])[0].strip()
    word, rest = _first_word(line)
    if word.lower() != PREFIX:  # phones write a capital letter, and the workflow's `startsWith` minds no case
        return None
    if len(line) > MOST:
        raise UsageError(f"a command can have {MOST} characters at most, and this one has {len(line)}")
    name, argument = _first_word(rest)
    plugin = all_commands().get(name.lower() or "check")
    if plugin is None:
        raise UsageError(f"there is no command {name[:40]!r}", f"The commands are: {', '.join(all_commands())}.")
    return plugin.read(argument)


def below(comment: str) -> list[str]:
    """Lines after the first one that look like commands, which are none."""
    return [line.strip() for line in comment.splitlines()[1:] if _first_word(line)[0].lower() == PREFIX]


def _first_word(text: str) -> tuple[str, str]:
    """A word, and what follows its blanks or tabs."""
    word, rest = [*text.split(None, 1), "", ""][:2]
    return word, rest.strip()


def without_argument(kind: Kind, argument: str) -> Command:
    """For commands that take none."""
    if argument:
        raise UsageError(f"{PREFIX} {kind} takes no argument")
    return Command(kind)


def subject_and_rest(argument: str, usage: str) -> tuple[str, str]:
    """A name (double quotes keep blanks together) and what follows it; `NAME=…` is read as settings write it."""
    settled = names.answer(argument)
    found = settled if settled and names.first(settled[0]) == (settled[0], "") else names.first(argument)
    if found is None:
        raise UsageError(f"this is not of the form {PREFIX} {usage}")
    return found


def subject_and_sql(argument: str, usage: str) -> tuple[str, str]:
    """A name and an expression; phones write quotes that SQL does not know."""
    subject, sql = subject_and_rest(argument, usage)
    if not sql:
        raise UsageError(f"the SQL is missing: {PREFIX} {usage}")
    if any(quote in sql for quote in "\u2018\u2019\u201c\u201d") and "'" not in sql:
        raise UsageError("the SQL has typographic quotes", "Text in SQL is in straight single quotes: 'text'.")
    return subject, sql
