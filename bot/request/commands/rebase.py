"""`/migration rebase` points the migration at the newest revision of the base branch and proves it again."""

from bot.request.commands import Command, without_argument

SUMMARY = "points the migration at the newest revision of the base branch and proves it again"
USAGE = "rebase"


def read(argument: str) -> Command:
    return without_argument("rebase", argument)
