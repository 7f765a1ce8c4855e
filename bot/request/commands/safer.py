"""`/migration safer` writes the migration in steps that keep the application running."""

from bot.request.commands import Command, without_argument

SUMMARY = "writes the migration in steps that keep the application running"
USAGE = "safer"


def read(argument: str) -> Command:
    return without_argument("safer", argument)
