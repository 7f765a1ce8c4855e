"""`/migration undo` takes the last decision back."""

from bot.request.commands import Order, without_argument

SUMMARY = "takes the last decision back"
USAGE = "undo"


def read(argument: str) -> Order:
    return without_argument("undo", argument)
