"""Rows that are equal in what statements order by and differ in the rest: which of them comes first is then left to
chance.

In: a seeded table. Out: beside each of its rows another one, with the same parents.
"""

import psycopg2

from bot.migration.proof.inserting import Inserter
from bot.migration.proof.row_plans import Row, TablePlan

_FIRST = 400  # the number of a row, beyond those of the rows that are there
_MOST_SINGLY = 12


def insert_tied_rows(inserter: Inserter, plan: TablePlan, rows: list[Row], ordered: frozenset[str]) -> int:
    """Put them in, as far as the server takes them. Returns how many there were."""
    same = (ordered & plan.columns.keys()) - plan.unique
    if not same:
        return 0
    same |= {column for attributes in plan.references for column in attributes["columns"]} - plan.unique
    others = [
        {**plan.ordinary(_FIRST + number), **{name: row[name] for name in same if name in row}}
        for number, row in enumerate(rows)
    ]
    done = inserter.together(plan.table, others)
    if done is None:
        tried = [inserter.one(plan.table, other) for other in others[:_MOST_SINGLY]]
        done = [row for row in tried if not isinstance(row, psycopg2.Error)]
    return len(done)
