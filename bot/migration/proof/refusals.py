"""Rows that the new schema cannot hold as they are: whoever removes or changes them has to.

In: the constraints that are new on a table, and its rows before and after. Out: whether a row breaks one of them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.migration.intent.expected_data import ExpectedData, Table
from bot.migration.proof.canonical import Value
from bot.migration.proof.casts_by_server import ServerCasts
from bot.migration.proof.comparison import TableChange
from bot.migration.proof.rows import RowSnapshot
from bot.model import ObjectKey
from bot.schema.objects import referenced
from bot.schema.snapshots import Attributes, Snapshot


@dataclass(frozen=True)
class Refusals:
    """`after` are the rows of all tables, `expected` has the new names of columns."""

    old: Snapshot
    new: Snapshot
    after: RowSnapshot
    expected: ExpectedData
    casts: ServerCasts

    def refuse(self, change: TableChange, row: int, column: str | None = None) -> bool:
        """Whether a new constraint (that reads `column`, by its new name) forbids a row as it was."""
        renamed = {self.expected.new_column((*change.old, name))[2]: value for name, value in change.was(row).items()}
        if column is None or renamed.get(column) is None:
            nulls = [name for name, value in renamed.items() if value is None and column in (None, name)]
            if any(self._requires(change.new, name) for name in nulls):
                return True
        there = next((other for one, other in change.matching.same if one == row), None)
        return any(
            self._breaks(change, attributes, renamed, there)
            for attributes in self._constraints(change.new)
            if column is None or self._reads(attributes, column)
        )

    def _requires(self, table: Table, column: str) -> bool:
        """Whether a column must not be NULL."""
        return bool(self.new.objects.get(ObjectKey("column", *table, column), {}).get("not_null"))

    def _constraints(self, table: Table) -> Iterator[Attributes]:
        for kind in ("constraint", "index"):
            for key, attributes in self.new.children(kind, *table).items():
                if self.old.objects.get(key) != attributes:
                    yield attributes

    @staticmethod
    def _reads(attributes: Attributes, column: str) -> bool:
        spoken = f"{attributes.get('expression') or ''} {attributes.get('predicate') or ''}"
        return column in (attributes.get("columns") or ()) or column in spoken

    def _breaks(self, change: TableChange, attributes: Attributes, row: dict[str, Value], there: int | None) -> bool:
        columns = list(attributes.get("columns") or ())
        if attributes.get("type") == "c":
            return self.casts.refuses(*change.new, str(attributes["expression"]), row)
        values = self.casts.key(*change.new, columns, row) if attributes.get("unique") else [*map(row.get, columns)]
        if not columns or None in values:
            return False
        if attributes.get("type") == "f":
            parent = self.after.tables.get(referenced(attributes))
            return parent is None or values not in _values(
                parent.columns, parent.canonical, attributes["references_columns"]
            )
        if attributes.get("type") in ("p", "u") or attributes.get("unique"):
            others = [line for position, line in enumerate(change.after.canonical) if position != there]
            named = (dict(zip(change.after.columns, line, strict=True)) for line in others)
            alike = [other for other in named if self.casts.key(*change.new, columns, other) == values]
            predicate = attributes.get("predicate")
            if not predicate or not alike:
                return bool(alike)
            return all(
                any(self.casts.holds(*change.new, predicate, one) for one in rows) for rows in ([row], alike)
            )  # of the others, one at least
        return False


def _values(names: tuple[str, ...], rows: Iterable[tuple[Value, ...]], columns: list[str]) -> list[list[Value]]:
    if any(column not in names for column in columns):
        return []
    positions = [names.index(column) for column in columns]
    return [[row[position] for position in positions] for row in rows]
