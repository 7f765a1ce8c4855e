"""Values that an author's migration moves out of columns which it drops, and brings back in the downgrade.

Pure. In: rows before, upgraded and downgraded, the catalogs, the statements. Out: values that the move leaves out, and
those that come back as others. What the downgrade gives one and the same value to is not brought back at all.
"""

from collections.abc import Iterator
from dataclasses import replace

from bot.migration.intent.expected_data import ExpectedData, Table
from bot.migration.planner.change import Column
from bot.migration.proof.canonical import Value
from bot.migration.proof.comparison import Columns, TableChange, columns_of, compare_rows, keys_of
from bot.migration.proof.declared_changes import DeclaredChanges
from bot.migration.proof.losses import RowChange
from bot.migration.proof.rows import RowSnapshot
from bot.model import ObjectKey
from bot.schema.snapshots import Snapshot
from bot.sqltext.row_effects import Assignment


def returned_otherwise(
    before: RowSnapshot,
    after: RowSnapshot,
    schemas: tuple[Snapshot, Snapshot],
    expected: ExpectedData,
    declared: DeclaredChanges,
) -> Iterator[RowChange]:
    """Values and rows that the downgrade brings back, and that are not those from before."""
    old, target = schemas
    dropped = list(_dropped(old, target, expected))
    columns = {column for column in dropped if brings_back(declared, column) or declared.is_renamed_to(column)}
    tables = {column[:2] for column in dropped if declared.insertions(column[:2])}
    columns |= {column for column in dropped if column[:2] in tables}
    if not columns:
        return
    kept = _with_the_surviving(columns, old, target, expected)
    for change in compare_rows(before, after, kept, keys_of(old), ExpectedData()):
        if change.old in tables and change.matching.gone:
            yield RowChange("not returned", "warning", change.old, None, "downgrade", len(change.matching.gone))
        yield from otherwise(replace(change, columns=tuple(c for c in change.columns if c.old in columns)), declared)


def otherwise(change: TableChange, declared: DeclaredChanges) -> Iterator[RowChange]:
    """The columns whose values were brought back as others."""
    for column in change.columns:
        # One and the same value for all is a filler, where SQL does not make it of others.
        given = declared.assignments(column.old)
        made = any(a.follows_others or not (a.is_computed or a.is_constant) for a in given)
        if made or column.steady or len({cell.new_form for cell in column.cells}) > 1:
            rows, cell = len(column.cells), column.cells[0]
            name = column.old[2]
            yield RowChange("returned otherwise", "warning", change.old, name, "downgrade", rows, cell.old, cell.new)


def left_out(
    before: RowSnapshot,
    after: RowSnapshot,
    schemas: tuple[Snapshot, Snapshot],
    expected: ExpectedData,
    declared: DeclaredChanges,
) -> Iterator[RowChange]:
    """Values of dropped columns that a statement copies as they are, but not all of them."""
    old, target = schemas
    targets = columns_of(target)
    for column in _dropped(old, target, expected):
        place = expected.new_table(column[:2])
        copies = [
            copy
            for name in targets.get(place, ())
            for copy in declared.assignments((*place, name))
            if copy.copies(column[2])
        ]
        if not copies:
            continue
        kept = set().union(*(_values(after, place, copy) for copy in copies))
        there = before.tables[column[:2]]
        position = there.columns.index(column[2]) if column[2] in there.columns else -1
        lost = [row[position] for row in there.canonical if position >= 0 and row[position] not in kept | {None}]
        if lost:
            yield RowChange(
                "left out", "warning", column[:2], column[2], "upgrade", len(lost), lost[0], None, copies[0].sql
            )


def _values(rows: RowSnapshot, table: Table, copy: Assignment) -> set[Value]:
    there = rows.tables.get(table)
    if there is None or copy.column not in there.columns:
        return set()
    return {row[there.columns.index(copy.column)] for row in there.canonical}


def _dropped(old: Snapshot, target: Snapshot, expected: ExpectedData) -> Iterator[Column]:
    for key, attributes in old.of("column").items():
        column = key.schema, key.parent, key.name
        gone = ObjectKey("column", *expected.new_column(column)) not in target.objects
        if gone and attributes.get("generated") is None:
            yield column


def brings_back(declared: DeclaredChanges, column: Column) -> bool:
    """Whether statements give a column values that are not the same for all rows, nor those that it has anyway."""
    return any(
        (assignment.follows_others or not assignment.is_constant) and not assignment.is_cast
        for assignment in declared.assignments(column)
    )


def _with_the_surviving(columns: set[Column], old: Snapshot, target: Snapshot, expected: ExpectedData) -> Columns:
    """Also what never went, by which rows are known."""
    there: dict[Table, set[str]] = {}
    dropped = set(_dropped(old, target, expected))
    for table, names in columns_of(old).items():
        found = {name for name in names if (*table, name) in columns or (*table, name) not in dropped}
        if any((*table, name) in columns for name in found):
            there[table] = found
    return there
