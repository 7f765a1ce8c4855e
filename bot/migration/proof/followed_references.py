"""References that follow a row to the one which stands for it: duplicates that are made one.

In: what became of the rows of the table that is referred to, the new schema, a server that evaluates keys. Out: whether
each row whose number a reference had is gone, and the one that it has instead is the same in what must be unique now.
"""

from collections.abc import Iterator, Mapping

from bot.migration.intent.expected_data import Table
from bot.migration.proof.casts_by_server import ServerCasts
from bot.migration.proof.comparison import Cell, ColumnChange, TableChange
from bot.schema.objects import references
from bot.schema.snapshots import Snapshot


def follows(
    column: ColumnChange, cells: list[Cell], changes: Mapping[Table, TableChange], new: Snapshot, casts: ServerCasts
) -> bool:
    """Whether the new values of a foreign key lead from rows that are gone to those which stand for them."""
    for attributes in new.children("constraint", *column.new[:2]).values():
        target = references(attributes)
        parent = changes.get(target) if target else None
        if parent is not None and attributes.get("type") == "f" and attributes["columns"] == [column.new[2]]:
            name = attributes["references_columns"][0]
            keys = list(_keys(new, parent.new))
            return all(_stands_for(parent, name, keys, cell, casts) for cell in cells)
    return False


def _keys(new: Snapshot, table: Table) -> Iterator[list[str]]:
    for kind in ("constraint", "index"):
        for attributes in new.children(kind, *table).values():
            if attributes.get("type") == "u" or attributes.get("unique"):
                yield list(attributes["columns"])


def _stands_for(parent: TableChange, name: str, keys: list[list[str]], cell: Cell, casts: ServerCasts) -> bool:
    if name not in parent.before.columns or name not in parent.after.columns:
        return False
    was, now = parent.before.columns.index(name), parent.after.columns.index(name)
    gone = [parent.was(row) for row in parent.matching.gone if parent.before.rows[row][was] == cell.old]
    there = [parent.now(row) for row, values in enumerate(parent.after.rows) if values[now] == cell.new]
    for key in keys:
        wanted = [casts.key(*parent.new, key, one) for one in gone]
        if any(None not in (found := casts.key(*parent.new, key, other)) and found in wanted for other in there):
            return True
    return False
