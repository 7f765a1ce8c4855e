"""The decisions made by slash commands, read from the pull request's comments: there is no other store.

In: permitted commands, oldest first. Out: the decisions in effect.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.decisions import Answer
from bot.request.commands import Command


@dataclass(frozen=True)
class Decided:
    message: str = ""
    answers: tuple[Answer, ...] = ()
    safer: bool = False


def replay(commands: Iterable[Command]) -> Decided:
    """A later answer on the same subject replaces the earlier one; `undo` reverts the last one in effect."""
    held: list[Command] = []
    history: list[list[Command]] = []
    for command in commands:
        if command.kind == "undo" and history:
            held = history.pop()
        elif command.kind in ("message", "safer") or command.answer is not None:
            history.append(held)
            held = [*(other for other in held if _subject(other) != _subject(command)), command]
    return Decided(
        message=next((command.message for command in held if command.kind == "message"), ""),
        answers=tuple(command.answer for command in held if command.answer is not None),
        safer=any(command.kind == "safer" for command in held),
    )


def _subject(command: Command) -> tuple[str, str]:
    return command.kind, command.answer.subject if command.answer else ""
