"""`/migration rename OLD NEW` says that a schema, table, column, enum type or label has a new name.

Without NEW, it says that OLD was not renamed.
"""

from bot.errors import UsageError
from bot.request.commands import Command, subject_and_rest

SUMMARY = "a schema, table, column, enum type or label was renamed (without NEW: it was not)"
USAGE = "rename OLD NEW"
_BETWEEN = ("to", "as", "=", "->", "→", "=>")  # what people write between the names


def read(argument: str) -> Command:
    old, rest = subject_and_rest(argument, USAGE)
    new = ""
    if rest:
        between, after = subject_and_rest(rest, USAGE)
        new, more = subject_and_rest(after, USAGE) if after and between in _BETWEEN else (between, after)
        if more:
            raise UsageError(f"there are words after the two names: {more[:60]!r}", f"Write /migration {USAGE}.")
    return Command.answering("rename", old, new)
