"""What the author of a migration seems to expect of the rows: likely renames, answers.

Comes in: a testbed and the author's answers. Goes out: what is to become of the rows, and, after the proof, the
likely renames that the author's migration made as drop and add, which takes the rows away.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.decisions import decision
from bot.migration.intent.analysis import ChangeAnalysis, GenerateRequest, analyse, expected_data
from bot.migration.intent.expected_data import ExpectedData
from bot.migration.testbed.testbed import Testbed
from bot.model import Decision, LostRows
from bot.sqltext.names import parts


@dataclass(frozen=True)
class Expectations:
    understood: ChangeAnalysis
    data: ExpectedData

    def dropped(self, lost: Iterable[LostRows]) -> list[Decision]:
        """Assumed renames whose rows or values are gone, as questions to the author."""
        gone = {(loss.table, loss.column) for loss in lost}
        return [
            _asked(asked)
            for asked in self.understood.asked
            if asked.kind == "rename" and asked.decided == "assumed" and _place(asked, self.data) in gone
        ]

    def without(self, dropped: list[Decision]) -> ExpectedData:
        """The same, with those renames taken for drop and add."""
        subjects = {_full(asked.subject, self.data) for asked in dropped}
        return replace(
            self.data,
            tables={old: new for old, new in self.data.tables.items() if old not in subjects},
            columns={old: new for old, new in self.data.columns.items() if old not in subjects},
        )


def read(testbed: Testbed, request: GenerateRequest) -> Expectations:
    """What the answers and the likeness of names tell. How values change form, the migration itself says."""
    understood = analyse(testbed, request)
    said = frozenset(".".join(column) for column in request.answers.usings)
    return Expectations(understood, replace(expected_data(understood), converted=said))


def _full(subject: str, data: ExpectedData) -> str:
    """The subject as the keys of `ExpectedData` write it, with `public`."""
    plain = ".".join(parts(subject))
    for known in (*data.tables, *data.columns):
        if plain in (known, known.removeprefix("public.")):
            return known
    return subject


def _place(asked: Decision, data: ExpectedData) -> tuple[str, str | None]:
    known = _full(asked.subject, data)
    if known in data.tables:
        return known, None
    table, _, column = known.rpartition(".")
    return table, column


def _asked(asked: Decision) -> Decision:
    question = f"{asked.question} The migration drops the one and adds the other, and the values are lost."
    return decision("rename", asked.subject, question, "open", asked.answer or "")
