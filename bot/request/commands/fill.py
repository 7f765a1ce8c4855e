"""`/migration fill TABLE.COLUMN SQL` says what existing rows get in a column."""

from bot.errors import UsageError
from bot.request.commands import Command, subject_and_rest

SUMMARY = "what existing rows get in a column"
USAGE = "fill TABLE.COLUMN SQL"


def read(argument: str) -> Command:
    column, sql = subject_and_rest(argument, USAGE)
    if not sql:
        raise UsageError(f"the SQL is missing: /migration {USAGE}")
    return Command.answering("fill", column, sql)
