"""All rows of a database.

In: a reader's connection and the catalog of that very database; values are read with COPY, which takes output functions
only, no casts, and generated columns are left out if not asked for. (The planner may still run functions of the
project's in index expressions.) Out: rows, each value as the server writes it and in the canonical form of its type.
"""

import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

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
                rows = _copy(cursor, key.schema, key.name, list(columns), table.get("kind") == "p")
                found[key.schema, key.name] = TableRows(tuple(columns), tuple(rows), tuple(columns.values()))
    return RowSnapshot(found)


def _copy(cursor: object, schema: str, table: str, columns: list[str], partitioned: bool) -> Iterator[Row]:
    listed = ", ".join(_name(column) for column in columns)
    # A table that others inherit from has rows of its own; a partitioned one has only those of its partitions.
    only = "" if partitioned else "ONLY "
    buffer = io.StringIO()
    cursor.copy_expert(f"COPY (SELECT {listed} FROM {only}{_name(schema)}.{_name(table)}) TO STDOUT", buffer)  # type: ignore[attr-defined]
    for line in buffer.getvalue().split("\n")[:-1]:
        yield tuple(_unescaped(text) for text in line.split("\t"))


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def _unescaped(text: str) -> Value:
    """A field of COPY's text format."""
    if text == "\\N":
        return None
    return (
        re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text, flags=re.DOTALL)
        if "\\" in text
        else text
    )
