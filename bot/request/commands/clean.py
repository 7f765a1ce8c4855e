"""`/migration clean TABLE.CONSTRAINT` says that no existing row stands against a constraint or a column's new type."""

from bot.errors import UsageError
from bot.request.commands import Command, subject_and_rest

SUMMARY = "no existing row breaks the new constraint, or the column's new type"
USAGE = "clean TABLE.CONSTRAINT"


def read(argument: str) -> Command:
    subject, rest = subject_and_rest(argument, USAGE)
    if rest:
        raise UsageError(f"one name is enough: /migration {USAGE}")
    return Command.answering("clean", subject)
