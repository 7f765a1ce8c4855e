"""`/migration undo` takes the last decision back."""

from bot.request.commands import Command, without_argument

SUMMARY = "takes the last decision back"
USAGE = "undo"


def read(argument: str) -> Command:
    return without_argument("undo", argument)
