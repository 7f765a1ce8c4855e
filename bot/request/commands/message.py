"""`/migration message TEXT` gives the migration another message."""

from bot.errors import UsageError
from bot.request.commands import Order

SUMMARY = "gives the migration another message"
USAGE = "message TEXT"


def read(argument: str) -> Order:
    if not argument:
        raise UsageError(f"the text is missing: /migration {USAGE}")
    return Order("message", argument)
