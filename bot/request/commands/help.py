"""`/migration help` lists these commands."""

from bot.request.commands import Order, without_argument

SUMMARY = "lists these commands"
USAGE = "help"


def read(argument: str) -> Order:
    return without_argument("help", argument)
