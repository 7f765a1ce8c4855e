"""`/migration check` runs the whole check again."""

from bot.request.commands import Order, without_argument

SUMMARY = "runs the whole check again"
USAGE = "check"


def read(argument: str) -> Order:
    return without_argument("check", argument)
