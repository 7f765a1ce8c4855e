"""The rows of two states of one database side by side: cells that differ, rows that are gone, rows that came.

Pure. In: rows, and what is expected to become of them. Out: per table, what differs; nothing is judged here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.migration.intent.expected_data import ExpectedData, Table
from bot.migration.planner.change import Column
from bot.migration.proof.canonical import Value
from bot.migration.proof.matching import Matching, match
from bot.migration.proof.rows import RowSnapshot, TableRows
from bot.model import ObjectKey
from bot.schema.snapshots import Snapshot

Columns = Mapping[Table, set[str]]
Keys = Mapping[Table, list[frozenset[str]]]


@dataclass(frozen=True)
class Cell:
    """A value that differs, as the server writes it: of row `row` before, which is row `there` afterwards."""

    row: int
    there: int
    old: Value
    new: Value
    new_form: Value


@dataclass(frozen=True)
class ColumnChange:
    """`steady` are the canonical values that stayed in their rows, NULL aside."""

    old: Column
    new: Column
    cells: tuple[Cell, ...]
    steady: tuple[str, ...]


@dataclass(frozen=True)
class TableChange:
    """What differs in one table; `old` and `new` are its names."""

    old: Table
    new: Table
    before: TableRows
    after: TableRows
    matching: Matching
    columns: tuple[ColumnChange, ...] = field(default=())

    def was(self, row: int) -> dict[str, Value]:
        """A row before, by column."""
        return dict(zip(self.before.columns, self.before.canonical[row], strict=True))

    def now(self, row: int) -> dict[str, Value]:
        """A row afterwards, by column."""
        return dict(zip(self.after.columns, self.after.canonical[row], strict=True))


def columns_of(snapshot: Snapshot) -> dict[Table, set[str]]:
    """The columns of each table."""
    found: dict[Table, set[str]] = {(key.schema, key.name): set() for key in snapshot.of("table")}
    for key in snapshot.of("column"):
        found.setdefault((key.schema, key.parent), set()).add(key.name)
    return found


def keys_of(snapshot: Snapshot) -> dict[Table, list[frozenset[str]]]:
    """The sets of columns that identify a row of each table, primary keys first."""
    ranked: dict[Table, list[tuple[int, frozenset[str]]]] = {}
    for kind in ("constraint", "index"):
        for key, attributes in snapshot.of(kind).items():
            whole = attributes.get("type") in ("p", "u") or (
                attributes.get("unique") and not attributes.get("predicate")
            )
            columns = frozenset(attributes.get("columns") or ())
            if whole and columns and all(_required(snapshot, key, column) for column in columns):
                rank = 0 if attributes.get("type") == "p" else 1
                ranked.setdefault((key.schema, key.parent), []).append((rank, columns))
    return {
        table: [columns for _, columns in sorted(found, key=lambda item: (item[0], sorted(item[1])))]
        for table, found in ranked.items()
    }


def _required(snapshot: Snapshot, key: ObjectKey, column: str) -> bool:
    found = snapshot.objects.get(ObjectKey("column", key.schema, key.parent, column))
    return bool(found and found.get("not_null"))


def retyped(old: Snapshot, new: Snapshot, expected: ExpectedData) -> dict[Table, set[str]]:
    """The columns that have another type afterwards, by their old names."""
    found: dict[Table, set[str]] = {}
    for key, attributes in old.of("column").items():
        now = new.objects.get(ObjectKey("column", *expected.new_column((key.schema, key.parent, key.name))))
        if now is not None and now["type"] != attributes["type"]:
            found.setdefault((key.schema, key.parent), set()).add(key.name)
    return found


def compare_rows(
    before: RowSnapshot,
    after: RowSnapshot,
    kept: Columns,
    keys: Keys,
    expected: ExpectedData,
    retyped: Mapping[Table, set[str]] | None = None,
) -> Iterator[TableChange]:
    """The tables whose rows differ. `kept` has what is to be there afterwards: what it lacks was dropped on purpose."""
    for table, content in before.tables.items():
        place = expected.new_table(table)
        if place not in kept:
            continue
        there = after.tables.get(place, TableRows((), ()))
        pairs = [
            (column, named[2])
            for column in content.columns
            if (named := expected.new_column((*table, column)))[2] in kept[place] and named[2] in there.columns
        ]
        matching = match(content, there, pairs, keys.get(table, []), (retyped or {}).get(table, ()))
        change = TableChange(table, place, content, there, matching)
        columns = tuple(found for pair in pairs if (found := _column(change, pair, expected)).cells)
        if columns or matching.gone or matching.came:
            yield TableChange(table, place, content, there, matching, columns)


def _column(change: TableChange, pair: tuple[str, str], expected: ExpectedData) -> ColumnChange:
    old, new = (*change.old, pair[0]), (*change.new, pair[1])
    here, there = change.before.columns.index(pair[0]), change.after.columns.index(pair[1])
    names = expected.values.get(old, {})
    cells, steady = [], []
    for one, other in change.matching.same:
        was = change.before.canonical[one][here]
        wanted = names.get(was, was) if was is not None else None
        now = change.after.canonical[other][there]
        if wanted != now:
            cells.append(Cell(one, other, change.before.rows[one][here], change.after.rows[other][there], now))
        elif now is not None:
            steady.append(now)
    return ColumnChange(old, new, tuple(cells), tuple(steady))
