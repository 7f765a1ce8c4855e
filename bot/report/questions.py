"""What only the author can know, with the command for each answer.

In: decisions. Out: plain text, not escaped.
"""

from dataclasses import dataclass, replace

from bot.decisions import command, option
from bot.model import Decision, Project

_ORDER = ("open", "assumed", "command", "setting")


@dataclass(frozen=True)
class Offered:
    """An answer that can be given, as a slash command and as an option."""

    words: str
    command: str
    option: str


@dataclass(frozen=True)
class Question:
    """A decision that waits for its author; `said` are words of its answers that stand at a question before it."""

    is_open: bool
    question: str
    note: str
    answers: list[Offered]
    said: frozenset[str] = frozenset()


def ordered(project: Project) -> list[Decision]:
    """What is asked first, what is settled last."""
    return sorted(project.decisions, key=lambda decision: _ORDER.index(decision.decided))


def waiting(project: Project) -> list[Question]:
    """Open decisions, then assumptions."""
    found = [_question(decision) for decision in ordered(project) if decision.decided in ("open", "assumed")]
    words = [{offered.words for offered in question.answers} for question in found]
    return [replace(question, said=frozenset[str]().union(*words[:n])) for n, question in enumerate(found)]


def is_open(project: Project) -> bool:
    """Whether a question has no answer."""
    return any(decision.decided == "open" for decision in project.decisions)


def _question(decision: Decision) -> Question:
    question, mark, note = decision.question.partition("?")
    answer = "yes" if decision.kind == "rename" and decision.answer else f"`{decision.answer or 'yes'}`"
    assumed = f" Assumed: {answer}." * (decision.decided == "assumed")
    return Question(decision.decided == "open", question + mark, f"{note}{assumed}".strip(), _answers(decision))


def settled(project: Project) -> list[Decision]:
    """What was answered."""
    return [decision for decision in ordered(project) if decision.decided not in ("open", "assumed")]


def _answers(decision: Decision) -> list[Offered]:
    kind, value = decision.kind, decision.answer or decision.example
    if kind == "rename":
        return [
            _offered("To confirm:", decision, value),
            _offered("If not, so that one goes and the other is new:", decision, ""),
        ]
    if kind == "clean":
        return [_offered("None does:", decision, "")]
    words = "With an expression for `SQL`:" if value == "SQL" else "With this or another expression:"
    return [_offered(words, decision, value)]


def _offered(words: str, decision: Decision, value: str) -> Offered:
    kind, subject = decision.kind, decision.subject
    return Offered(words, command(kind, subject, value), option(kind, subject, value))
