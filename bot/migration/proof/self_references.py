"""References of rows to rows of their own table, or of one that was filled later: trees, chains and loops.

In: rows that are there, with NULL in such columns. Out: the same rows, some with a reference.
"""

import psycopg2

from bot.migration.proof.inserting import Inserter
from bot.migration.proof.row_plans import Row, Table
from bot.schema.objects import referenced
from bot.schema.snapshots import Attributes, Snapshot

# Which row refers to which: a tree of depth three, a row that refers to itself; the others keep their NULL.
_TREE = ((1, 0), (2, 1), (3, 3), (4, 2), (5, 1))
# Into a table that was filled later: two share one.
_CYCLE = ((0, 0), (1, 0), (2, 1))


def link(inserter: Inserter, snapshot: Snapshot, rows: dict[Table, list[Row]]) -> None:
    """Set the references that could not be set when the rows were inserted; what the server refuses stays NULL."""
    order = {table: place for place, table in enumerate(rows)}
    for table, own in rows.items():
        for attributes in snapshot.children("constraint", *table).values():
            if attributes["type"] != "f":
                continue
            parent = referenced(attributes)
            if parent == table:
                _connect(inserter, attributes, table, own, own, _TREE)
            elif order.get(parent, -1) > order[table]:
                _connect(inserter, attributes, table, own, rows[parent], _CYCLE)


def _connect(
    inserter: Inserter,
    attributes: Attributes,
    table: Table,
    rows: list[Row],
    parents: list[Row],
    pairs: tuple[tuple[int, int], ...],
) -> None:
    columns = list(zip(attributes["columns"], attributes["references_columns"], strict=True))
    for child, parent in pairs:
        if child >= len(rows) or parent >= len(parents):
            continue
        if all(rows[child].get(mine) is not None for mine, _ in columns):
            continue  # it had to refer to something from the beginning
        changed = inserter.update(table, rows[child], {mine: parents[parent][theirs] for mine, theirs in columns})
        if not isinstance(changed, psycopg2.Error):
            rows[child] = changed
