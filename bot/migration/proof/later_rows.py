"""Rows that are written after the upgrade, which a downgrade meets some day.

In: a connection to the upgraded database with the project's own rights, its catalog, what the old schema demands.
Out: which of these demands a row of the new schema can break; or rows in the tables, none of which breaks one.
"""

from collections.abc import Iterable, Iterator

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.migration.planner.casts import family
from bot.migration.proof.breaking_rows import BreakingRows, leave_out
from bot.migration.proof.inserting import Inserter
from bot.migration.proof.restrictions import Restriction
from bot.migration.proof.row_plans import Row, Table, TablePlan
from bot.migration.proof.seeding import TIMEOUT
from bot.schema.objects import referenced
from bot.schema.snapshots import Snapshot
from bot.schema.table_order import creation_order
from bot.sqltext.dml import effects, writes_rows
from bot.sqltext.row_effects import Assignment

_FIRST = 80  # the number of a row, beyond those of the rows that are there
_DOCUMENTS = 20  # rows whose values of JSON new ones can have
_PARENTS = 6  # rows of another table that new ones can refer to


def reads(sql: str) -> bool:
    """Whether what a statement does depends on rows."""
    return writes_rows(sql) or any(isinstance(effect, Assignment) for effect in effects([sql]))


def only_new(connection: Connection, snapshot: Snapshot, demands: Iterable[Restriction]) -> list[Restriction]:
    """The demands of the old schema that a row of the new one breaks. The rows do not stay."""
    connection.autocommit = False
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{TIMEOUT}'")
        rows: dict[Table, list[Row]] = {}
        inserter = Inserter(cursor, snapshot)
        inserter.defer_nothing()
        breaking = BreakingRows(inserter, snapshot, rows, lambda table: _plan(inserter, table, rows))
        found = [demand for demand in demands if breaking.meet(demand) == "met"]
    connection.rollback()
    return found


def write(connection: Connection, snapshot: Snapshot, tables: Iterable[Table], demands: Iterable[Restriction]) -> None:
    """Put rows into `tables`: a NULL at a time, several children of one parent, edges of types; what the old schema
    could not hold is left out, as no downgrade can help it."""
    with connection, connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{TIMEOUT}'")
        inserter = Inserter(cursor, snapshot)
        inserter.defer_nothing()
        rows: dict[Table, list[Row]] = {}
        for table in creation_order(snapshot, sorted(tables)):
            plan = _plan(inserter, table, rows)
            done = [inserter.one(table, row) for row in _rows(plan)]
            rows.setdefault(table, []).extend(row for row in done if isinstance(row, dict))
        leave_out(inserter, demands)


def _plan(inserter: Inserter, table: Table, rows: dict[Table, list[Row]]) -> TablePlan:
    """With the rows that are there already as parents, and their documents: of what form these are, no type says."""
    snapshot = inserter.snapshot
    plan = TablePlan(snapshot, table, _documents(inserter, table), parents=rows)
    for parent in {referenced(a) for a in plan.references} - rows.keys():
        found = inserter.some(parent, _PARENTS)
        rows[parent] = [] if isinstance(found, psycopg2.Error) else found
    return plan


def _documents(inserter: Inserter, table: Table) -> dict[str, list[str]]:
    columns = inserter.snapshot.children("column", *table).items()
    names = [key.name for key, attributes in columns if family(attributes["type"]) == "json"]
    found = inserter.some(table, _DOCUMENTS) if names else []
    there = [] if isinstance(found, psycopg2.Error) else found
    values = {name: list(dict.fromkeys(value for row in there if (value := row[name]) is not None)) for name in names}
    return {name: documents for name, documents in values.items() if documents}


def _rows(plan: TablePlan) -> Iterator[Row]:
    referring = {column for attributes in plan.references for column in attributes["columns"]}
    nullable = [name for name, (attributes, _) in plan.columns.items() if not attributes["not_null"]]
    changes: list[Row] = [{}, dict.fromkeys(nullable)]
    changes += [{name: None} for name in nullable]
    for name, (_, values) in plan.columns.items():
        if values is not None and name not in referring and name not in plan.given:
            changes += [{name: value} for value in values.awkward[:2]]
    first = plan.ordinary(_FIRST)
    shared = {name: first[name] for name in referring if name in first}
    for number, change in enumerate([*changes, shared, shared]):
        yield {**plan.ordinary(_FIRST + number), **change}
