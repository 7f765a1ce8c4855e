"""The author's answers, and how each is written as a slash command and as an option.

In: the text of an option or setting (`OLD=NEW`, `TABLE.COLUMN=SQL`, a name). Out: `Answer`, split once, with where it
came from; and the `Decision` of the report that asks for one or shows it.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from bot.errors import UsageError
from bot.model import DecidedBy, Decision, DecisionKind
from bot.sqltext import names

Source = Literal["command", "setting"]

KINDS: tuple[DecisionKind, ...] = get_args(DecisionKind)
FORMS = {
    "rename": "OLD=NEW",
    "fill": "TABLE.COLUMN=SQL",
    "using": "TABLE.COLUMN=SQL",
    "clean": "TABLE.CONSTRAINT or TABLE.COLUMN",
}


@dataclass(frozen=True)
class Answer:
    """`subject` and `value` as the author wrote them: what they name is found when there is a database to ask.

    A rename without a value says that there was none. `clean` has no value.
    """

    kind: DecisionKind
    subject: str
    value: str = ""
    source: Source = "command"

    @staticmethod
    def read(kind: DecisionKind, text: str, source: Source) -> "Answer":
        """From the text of an option or setting; raises `UsageError` for one of another form."""
        found = (text.strip(), "") if kind == "clean" else names.answer(text)
        if found is None or (kind == "clean" and len(names.parts(found[0])) < 2):
            raise UsageError(f"--{kind} {text[:100]}: this is not of the form {FORMS[kind]}")
        answer = Answer(kind, *found, source)
        if kind in ("fill", "using") and not answer.value:
            raise UsageError(f"{answer}: the SQL is missing")
        return answer

    def __str__(self) -> str:
        return f"--{self.kind} {_text(self.kind, self.subject, self.value)}"


def decision(kind: DecisionKind, subject: str, question: str, decided: DecidedBy, value: str = "SQL") -> Decision:
    """`value` is the answer; as long as the question is open, what an answer may look like."""
    is_open = decided == "open"
    return Decision(
        kind=kind,
        subject=subject,
        answer=None if is_open else value,
        decided=decided,
        question=question,
        how=command(kind, subject, value),
        example=value if is_open else "",
    )


def command(kind: DecisionKind, subject: str, value: str) -> str:
    """The slash command that gives an answer: one line."""
    words = ("/migration", kind, subject, "" if kind == "clean" else value)
    return " ".join(word for word in words if word).replace("\n", " ")


def option(kind: DecisionKind, subject: str, value: str) -> str:
    """The same as an option of the command line, quoted for a shell: `--rename 'a=b'`."""
    quoted = _text(kind, subject, value).replace("'", "'\"'\"'")
    return f"--{kind} '{quoted}'"


def _text(kind: DecisionKind, subject: str, value: str) -> str:
    return subject if kind == "clean" else f"{subject}={value}"
