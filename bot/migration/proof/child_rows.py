"""Children for rows that came late: twins, edges, rows that break what is new. Whoever deletes them meets what refers
to them.

In: a seeded old database within a transaction. Out: more rows in the tables that refer to others.
"""

from collections.abc import Callable, Iterator

import psycopg2

from bot.migration.proof.inserting import Inserter
from bot.migration.proof.row_plans import ORDINARY_ROWS, Row, Table, TablePlan
from bot.schema.objects import referenced
from bot.schema.snapshots import Attributes

# Of the late parents of one table: twins are among the first ones, rows that break something are the last.
_FIRST, _LAST = 8, 4
_MOST_SINGLY = 6
_NUMBER = 40  # of a child, beyond those of the rows that are there


def insert_children(inserter: Inserter, rows: dict[Table, list[Row]], plans: Callable[[Table], TablePlan]) -> None:
    """Put children into the tables `rows`; those which the server refuses are left out."""
    for table in list(rows):
        plan = plans(table)
        children = list(_children(plan, rows[table])) if rows[table] else []
        done = inserter.together(table, children) if children else []
        if done is None:
            tried = [inserter.one(table, child) for child in children[:_MOST_SINGLY]]
            done = [row for row in tried if not isinstance(row, psycopg2.Error)]
        rows[table] += done


def _children(plan: TablePlan, there: list[Row]) -> Iterator[Row]:
    """Each refers to a late row of every table that its own one refers to."""
    late = [(attributes, found) for attributes in plan.references if (found := _late(plan, attributes, there))]
    for number in range(max((len(found) for _, found in late), default=0)):
        child = plan.ordinary(_NUMBER + number)
        for attributes, found in late:
            parent = found[number % len(found)]
            pairs = zip(attributes["columns"], attributes["references_columns"], strict=True)
            child.update({mine: parent.get(theirs) for mine, theirs in pairs})
        yield child


def _late(plan: TablePlan, attributes: Attributes, there: list[Row]) -> list[Row]:
    """Late rows that none refers to yet."""
    parent = referenced(attributes)
    if parent == plan.table:
        return []
    named = [tuple(row.get(mine) for mine in attributes["columns"]) for row in there]
    found = [
        row
        for row in plan.parents.get(parent, [])[ORDINARY_ROWS:]
        if tuple(row.get(theirs) for theirs in attributes["references_columns"]) not in named
    ]
    return found if len(found) <= _FIRST + _LAST else [*found[:_FIRST], *found[-_LAST:]]
