"""All rows of a database.

In: a reader's connection and the catalog of that very database; values are read with COPY, which takes output functions
only, no casts, and generated columns are left out if not asked for. Of a partitioned table, or with generated columns,
it takes a query, whose planner may run functions of the project's in index expressions. Out: rows, each value as the
server writes it and in the canonical form of its type.
"""

import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.errors import ProjectError
from bot.migration.proof.canonical import Form, Value, form_of
from bot.schema.snapshots import Snapshot
from bot.system.timing import span

Table = tuple[str, str]
Column = tuple[str, str, str]
Row = tuple[Value, ...]

# In which the same value is written the same, whatever the session's own settings are.
SETTINGS = """
SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; SET IntervalStyle = 'iso_8601'; SET bytea_output = 'hex';
SET extra_float_digits = 1
"""
_AS_SET = """
SELECT pg_catalog.current_setting(name) FROM pg_catalog.unnest('{datestyle,timezone,intervalstyle,bytea_output,
extra_float_digits,client_encoding}'::pg_catalog.text[]) AS name
"""
_SET = ["ISO, YMD", "UTC", "iso_8601", "hex", "1", "UTF8"]


@dataclass(frozen=True)
class TableRows:
    """`rows` as the server writes them; `forms` bring the values of a column into canonical form."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    forms: tuple[Form, ...] = ()

    @cached_property
    def canonical(self) -> tuple[Row, ...]:
        """The same rows in canonical form."""
        forms = self.forms or (str,) * len(self.columns)
        return tuple(
            tuple(None if value is None else form(value) for value, form in zip(row, forms, strict=True))
            for row in self.rows
        )

    def form(self, column: str) -> Form:
        """How values of a column are brought into canonical form."""
        return self.forms[self.columns.index(column)] if self.forms else str


@dataclass(frozen=True)
class RowSnapshot:
    """Every table's rows; partitions are a part of their root."""

    tables: Mapping[Table, TableRows] = field(default_factory=dict)

    def without_values(self) -> Iterator[Column]:
        """The columns that are NULL in every row of a table that has rows."""
        for table, content in self.tables.items():
            for place, column in enumerate(content.columns if content.rows else ()):
                if all(row[place] is None for row in content.rows):
                    yield *table, column


@span("rows.read")
def read(connection: Connection, snapshot: Snapshot, generated: Collection[Column] = ()) -> RowSnapshot:
    """All rows of the tables that a catalog lists, with the values of these generated columns."""
    found: dict[Table, TableRows] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"{SETTINGS}; SET row_security = off")
        for key, table in snapshot.of("table").items():
            if table.get("partition_of") or table.get("kind") == "f":
                continue
            columns = {
                column.name: form_of(snapshot, attributes)
                for column, attributes in snapshot.children("column", key.schema, key.name).items()
                if attributes.get("generated") is None or (key.schema, key.name, column.name) in generated
            }
            if columns:
                listed, place = ", ".join(map(_name, columns)), f"{_name(key.schema)}.{_name(key.name)}"
                is_plain = table.get("kind") == "r" and not any(
                    each[:2] == (key.schema, key.name) for each in generated
                )
                rows = _copied(cursor, f"{place} ({listed})") if is_plain else _selected(cursor, listed, place, table)
                found[key.schema, key.name] = TableRows(tuple(columns), tuple(rows), tuple(columns.values()))
    return RowSnapshot(found)


def _selected(cursor: Any, listed: str, place: str, table: Mapping[str, Any]) -> list[Row]:
    """Raises `ProjectError` where a function in an index expression has changed how values are written."""
    # A table that others inherit from has rows of its own; a partitioned one has only those of its partitions.
    only = "" if table.get("kind") == "p" else "ONLY "
    cursor.execute("BEGIN")  # what is set for a transaction is still there afterwards
    found = _copied(cursor, f"(SELECT {listed} FROM {only}{place})")
    cursor.execute(_AS_SET)
    settings = [setting for (setting,) in cursor.fetchall()]
    cursor.execute("COMMIT")
    if settings != _SET:
        raise ProjectError(
            f"a function in an index expression of {place} changes settings of the session that reads the table",
            "Let the function set what it needs for itself: CREATE FUNCTION … SET name = value.",
            kind="database",
        )
    return found


def _copied(cursor: Any, what: str) -> list[Row]:
    buffer = io.StringIO()
    cursor.copy_expert(f"COPY {what} TO STDOUT", buffer)
    return [_fields(line) for line in buffer.getvalue().split("\n")[:-1]]


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def _fields(line: str) -> Row:
    """The fields of a row in COPY's text format; most rows have nothing that is escaped."""
    fields = line.split("\t")
    return tuple(map(_unescaped, fields)) if "\\" in line else tuple(fields)


def _unescaped(text: str) -> Value:
    if text == "\\N":
        return None
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text, flags=re.DOTALL)
