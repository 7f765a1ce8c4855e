"""`/migration help` lists these commands."""

from bot.request.commands import Command, without_argument

SUMMARY = "lists these commands"
USAGE = "help"


def read(argument: str) -> Command:
    return without_argument("help", argument)
