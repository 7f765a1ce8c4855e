"""What the author of a migration seems to expect of the rows: likely renames, answers.

In: a testbed and the author's answers. Out: what is to become of the rows, and, after the proof, the
likely renames that the author's migration made as drop and add, which takes the rows away.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.decisions import decision
from bot.migration.intent.analysis import ChangeAnalysis, GenerateRequest, analyse, expected_data
from bot.migration.intent.expected_data import ExpectedData, Table
from bot.migration.testbed.testbed import Testbed
from bot.model import Decision
from bot.sqltext.names import parts


@dataclass(frozen=True)
class Expectations:
    understood: ChangeAnalysis
    data: ExpectedData

    def dropped(self, lost: Iterable[tuple[Table, str | None]]) -> list[Decision]:
        """Assumed renames whose rows or values are gone, as questions to the author."""
        gone = set(lost)
        return [
            _asked(asked)
            for asked in self.understood.asked
            if asked.kind == "rename" and asked.decided == "assumed" and _place(asked, self.data) in gone
        ]

    def renames(self) -> Iterator[tuple[Decision, Table, str | None]]:
        """Renames that are assumed or answered, with the old table, and the old column if it is one."""
        for asked in self.understood.asked:
            place = _place(asked, self.data) if asked.kind == "rename" and asked.answer else None
            if place is not None:
                yield asked, *place

    def without(self, dropped: list[Decision]) -> ExpectedData:
        """The same, with those renames taken for drop and add."""
        subjects = {_place(asked, self.data) for asked in dropped}
        return replace(
            self.data,
            tables={old: new for old, new in self.data.tables.items() if (old, None) not in subjects},
            columns={old: new for old, new in self.data.columns.items() if (old[:2], old[2]) not in subjects},
        )


def read(testbed: Testbed, request: GenerateRequest) -> Expectations:
    """Renames from answers and from similar names. How values are converted, the migration itself says."""
    understood = analyse(testbed, request)
    data = expected_data(understood)
    said = frozenset(data.old_column(column) for column in request.answers.usings)
    return Expectations(understood, replace(data, converted=said))


def _place(decision: Decision, data: ExpectedData) -> tuple[Table, str | None] | None:
    """The table, and the column if it is one, that a question about a rename names."""
    words = tuple(parts(decision.subject))
    for table in data.tables:
        if words in _spelled(*table):
            return table, None
    for column in data.columns:
        if words in _spelled(*column):
            return column[:2], column[2]
    return None


def _spelled(schema: str, *names: str) -> tuple[tuple[str, ...], ...]:
    """A name in its parts, as people may write it."""
    return ((schema, *names), names) if schema == "public" else ((schema, *names),)


def _asked(asked: Decision) -> Decision:
    question = f"{asked.question} The migration drops the one and adds the other, and the values are lost."
    return decision("rename", asked.subject, question, "open", asked.answer or "")
