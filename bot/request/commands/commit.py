"""`/migration commit` commits the generated migration to the pull request."""

from bot.request.commands import Order, without_argument

SUMMARY = "commits the generated migration to the pull request"
USAGE = "commit"


def read(argument: str) -> Order:
    return without_argument("commit", argument)
