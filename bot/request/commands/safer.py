"""`/migration safer` has the migration written in steps that let the application go on."""

from bot.request.commands import Command, without_argument

SUMMARY = "writes the migration in steps that let the application go on"
USAGE = "safer"


def read(argument: str) -> Command:
    return without_argument("safer", argument)
