"""`/migration using TABLE.COLUMN SQL` says how old values are converted."""

from bot.errors import UsageError
from bot.request.commands import Command, subject_and_rest

SUMMARY = "how old values become new ones"
USAGE = "using TABLE.COLUMN SQL"


def read(argument: str) -> Command:
    column, sql = subject_and_rest(argument, USAGE)
    if not sql:
        raise UsageError(f"the SQL is missing: /migration {USAGE}")
    return Command.answering("using", column, sql)
