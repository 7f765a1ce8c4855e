"""Rows that a backfill in batches, or row by row, has passed over: the new column is NULL, and need not be.

In: the upgraded database, with the project's own rights, and what the author's statements assign. Out: how many rows
have no value although the very expression that fills the others has one for them.
"""

import re
from collections.abc import Iterator

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.migration.proof.declared_changes import DeclaredChanges
from bot.migration.proof.losses import RowChange
from bot.migration.proof.seeding import TIMEOUT
from bot.schema.snapshots import Snapshot
from bot.sqltext import quote
from bot.sqltext.row_effects import Assignment, is_bound

_ONE_COLUMN = re.compile(r"^\s*update\b.+?\bset\s+(?:\"[^\"]+\"|\w+)\s*=\s*(.+?)\s+where\b", re.IGNORECASE | re.DOTALL)
# The expression is the author's. It runs within one statement, whose time is limited whatever it has in it, it can
# neither write nor end the transaction there, and no more than a number comes back.
_COUNT = r"""
SELECT pg_catalog.substring(pg_catalog.query_to_xml(%s, true, false, '')::pg_catalog.text, '<n>(\d{1,18})</n>')
"""


def passed_over(
    connection: Connection, old: Snapshot, migrated: Snapshot, declared: DeclaredChanges
) -> Iterator[RowChange]:
    """New columns that a statement with values of a program's in its condition fills in some rows only."""
    for key, attributes in migrated.of("column").items():
        if key in old.objects or attributes["not_null"] or attributes.get("generated"):
            continue
        for assignment in declared.assignments((key.schema, key.parent, key.name)):
            value = _value(assignment)
            rows = _without(connection, (key.schema, key.parent), key.name, value) if value else 0
            if rows:
                place = key.schema, key.parent
                yield RowChange("passed over", "warning", place, key.name, "upgrade", rows, sql=assignment.sql)
                break


def _value(assignment: Assignment) -> str:
    """The expression, where it can be computed again: no program gives it, and it is the only one."""
    found = _ONE_COLUMN.match(assignment.sql)
    again = is_bound(assignment.where) and not is_bound(assignment.value) and not assignment.is_conversion
    return found[1] if found and again and found[1].count("(") == found[1].count(")") else ""


def _without(connection: Connection, table: tuple[str, str], column: str, value: str) -> int:
    place, name = quote.qualified(*table), quote.name(column)
    connection.autocommit = False
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{TIMEOUT}'; SET TRANSACTION READ ONLY")
            counted = f"SELECT count(*) AS n FROM {place} WHERE {name} IS NULL AND ({value}) IS NOT NULL"
            cursor.execute(_COUNT, (counted,))
            (rows,) = cursor.fetchone() or (None,)
    except psycopg2.Error:
        rows = None  # it reads what is no longer there
    if not connection.closed:
        connection.rollback()
    return int(rows or 0)
