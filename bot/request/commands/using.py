"""`/migration using TABLE.COLUMN SQL` says how old values are converted."""

from bot.request.commands import Command, subject_and_sql

SUMMARY = "how old values become new ones"
USAGE = "using TABLE.COLUMN SQL"


def read(argument: str) -> Command:
    return Command.answering("using", *subject_and_sql(argument, USAGE))
