"""`/migration safer` holds until it is taken back, beside the decisions."""

from bot.request import commands
from bot.request.commands import Command
from bot.request.replay import Decided, replay


def said(*lines: str) -> Decided:
    read = [commands.read(f"/migration {line}") for line in lines]
    return replay([command for command in read if isinstance(command, Command)])


def test_it_holds_on_later_runs() -> None:
    assert said("safer", "rename a.b c", "check").safer
    assert not said("rename a.b c").safer


def test_it_is_given_once_and_taken_back() -> None:
    assert not said("safer", "undo").safer
    assert said("safer", "safer", "message x", "undo").safer
