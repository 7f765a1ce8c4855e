"""`/migration rename OLD NEW` says that a schema, table, column, enum type or label has a new name.

Without NEW, it says that OLD was not renamed.
"""

from bot.request.commands import Command, subject_and_rest

SUMMARY = "a schema, table, column, enum type or label was renamed (without NEW: it was not)"
USAGE = "rename OLD NEW"


def read(argument: str) -> Command:
    old, rest = subject_and_rest(argument, USAGE)
    new = ""
    if rest:
        new, _ = subject_and_rest(rest, USAGE)
    return Command.answering("rename", old, new)
