"""More rows than a migration takes at a time, so that there is a second batch, and a row on the edge of one.

In: a seeded table. Out: more ordinary rows in it.
"""

import psycopg2

from bot.migration.planner.casts import family
from bot.migration.proof.inserting import Inserter
from bot.migration.proof.row_plans import Row, TablePlan
from bot.sqltext import quote

_FIRST = 200  # the number of a row, beyond those of the rows that are there
_KINDS = 10  # of rows, keys aside: each is there several times, in the first batch and behind it
_AT_ONCE = 250  # rows of one statement


def insert_bulk_rows(inserter: Inserter, plan: TablePlan, batch_size: int) -> int:
    """Put in as many rows as a batch has, and one whose number is a multiple of it; the last batch is not a whole one.

    Returns how many there were.
    """
    made = 0
    *rows, last_row, odd_row = _many(plan, batch_size)
    for start in range(0, batch_size, _AT_ONCE):
        done = inserter.together(plan.table, rows[start : start + _AT_ONCE])
        if done is None:
            return made
        made += len(done)
    for column in plan.numbered:
        found = inserter.attempt(f"SELECT max({quote.name(column)}) FROM {quote.qualified(*plan.table)}")
        highest = None if isinstance(found, psycopg2.Error) else found[0][0]
        if isinstance(highest, int):
            edge = str((highest // batch_size + 1) * batch_size)
            last = inserter.one(plan.table, {**last_row, column: edge})
            made += isinstance(last, dict)
            inserter.advance(plan.table, column)
    counted = inserter.attempt(f"SELECT count(*) FROM {quote.qualified(*plan.table)}")
    if not isinstance(counted, psycopg2.Error) and counted[0][0] % batch_size == 0:
        made += isinstance(inserter.one(plan.table, odd_row), dict)
    return made


def _many(plan: TablePlan, batch_size: int) -> list[Row]:
    """Two more than a batch has; of each kind, there are several."""
    moment = _at_one_moment(plan)
    kinds = [plan.ordinary(_FIRST + kind) for kind in range(max(1, min(_KINDS, batch_size // 2)))]
    alike = [{name: value for name, value in kind.items() if name not in plan.unique} | moment for kind in kinds]
    return [plan.ordinary(_FIRST + i) | alike[i % len(kinds)] for i in range(batch_size + 2)]


def _at_one_moment(plan: TablePlan) -> Row:
    """Rows that one transaction wrote have the same moment, also where a batch ends."""
    moments = {name for name, (attributes, _) in plan.columns.items() if family(attributes["type"]) == "moment"}
    return {name: value for name, value in plan.ordinary(_FIRST).items() if name in moments - plan.unique}
