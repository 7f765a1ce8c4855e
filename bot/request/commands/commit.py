"""`/migration commit` commits the generated migration to the pull request."""

from bot.request.commands import Command, without_argument

SUMMARY = "commits the generated migration to the pull request"
USAGE = "commit"


def read(argument: str) -> Command:
    return without_argument("commit", argument)
