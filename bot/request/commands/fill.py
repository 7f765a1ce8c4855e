"""`/migration fill TABLE.COLUMN SQL` tells what existing rows get in a column."""

from bot.errors import UsageError
from bot.request.commands import Order, subject_and_rest

SUMMARY = "what existing rows get in a column"
USAGE = "fill TABLE.COLUMN SQL"


def read(argument: str) -> Order:
    column, sql = subject_and_rest(argument, USAGE)
    if not sql:
        raise UsageError(f"the SQL is missing: /migration {USAGE}")
    return Order("fill", f"{column}={sql}")
