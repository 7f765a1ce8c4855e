"""`/migration check` runs the whole check again."""

from bot.request.commands import Command, without_argument

SUMMARY = "runs the whole check again"
USAGE = "check"


def read(argument: str) -> Command:
    return without_argument("check", argument)
