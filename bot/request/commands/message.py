"""`/migration message TEXT` gives the migration another message."""

from bot.errors import UsageError
from bot.request.commands import Command

SUMMARY = "gives the migration another message"
USAGE = "message TEXT"


def read(argument: str) -> Command:
    if not argument:
        raise UsageError(f"the text is missing: /migration {USAGE}")
    return Command("message", argument)
