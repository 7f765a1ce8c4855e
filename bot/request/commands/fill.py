"""`/migration fill TABLE.COLUMN SQL` says what existing rows get in a column."""

from bot.request.commands import Command, subject_and_sql

SUMMARY = "what existing rows get in a column"
USAGE = "fill TABLE.COLUMN SQL"


def read(argument: str) -> Command:
    return Command.answering("fill", *subject_and_sql(argument, USAGE))
