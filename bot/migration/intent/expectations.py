"""What the author of a migration seems to expect of the rows: likely renames, answers.

Comes in: a testbed and the author's answers. Goes out: what is to become of the rows, and, after the proof, the
likely renames that the author's migration made as drop and add, which takes the rows away.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import msgspec

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
            _asked(decision)
            for decision in self.understood.asked
            if decision.kind == "rename" and decision.decided == "assumed" and _place(decision, self.data) in gone
        ]

    def without(self, dropped: list[Decision]) -> ExpectedData:
        """The same, with those renames taken for drop and add."""
        subjects = {_full(decision.subject, self.data) for decision in dropped}
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


def _place(decision: Decision, data: ExpectedData) -> tuple[str, str | None]:
    known = _full(decision.subject, data)
    if known in data.tables:
        return known, None
    table, _, column = known.rpartition(".")
    return table, column


def _asked(decision: Decision) -> Decision:
    question = f"{decision.question} The migration drops the one and adds the other, and the values are lost."
    return msgspec.structs.replace(decision, decided="open", answer=None, question=question)
