"""What only the author can know, with the command for each answer.

Comes in: decisions. Goes out: plain text, not escaped.
"""

from dataclasses import dataclass

from bot.errors import UsageError
from bot.model import Decision, Project
from bot.request import commands

_ORDER = ("open", "assumed", "command", "setting")


@dataclass(frozen=True)
class Question:
    """A decision that waits for its author; `answers` are pairs of words and a command."""

    is_open: bool
    question: str
    note: str
    answers: list[tuple[str, str]]


def ordered(project: Project) -> list[Decision]:
    """What is asked first, what is settled last."""
    return sorted(project.decisions, key=lambda decision: _ORDER.index(decision.decided))


def waiting(project: Project) -> list[Question]:
    """Open decisions, then assumptions."""
    return [_question(decision) for decision in ordered(project) if decision.decided in ("open", "assumed")]


def _question(decision: Decision) -> Question:
    question, mark, note = decision.question.partition("?")
    assumed = f" Assumed: `{decision.answer or 'yes'}`" * (decision.decided == "assumed")
    return Question(decision.decided == "open", question + mark, f"{note}{assumed}".strip(), _answers(decision))


def settled(project: Project) -> list[Decision]:
    """What was answered."""
    return [decision for decision in ordered(project) if decision.decided not in ("open", "assumed")]


def _answers(decision: Decision) -> list[tuple[str, str]]:
    how = decision.how.replace("\n", " ")  # a command is one line
    if decision.kind == "rename":
        return [("Yes:", how), ("No, the one goes and the other is new:", f"/migration rename {decision.subject}")]
    if how.endswith(" SQL"):
        return [("Answer with an expression in place of `SQL`:", how)]
    return [("Answer with this, or with another expression:", how)]


def option(how: str) -> str:
    """A slash command as the option of the command line: `/migration rename a b` → `--rename 'a=b'`."""
    try:
        order = commands.read(how)
    except UsageError:
        order = None
    if order is None or not order.value:
        return how
    quoted = order.value.replace("'", "'\"'\"'")
    return f"--{order.kind} '{quoted}'"
