"""All rows of a database.

Comes in: an administrator's connection; values are read with COPY, which runs no code of the project (output
functions only, no casts, generated columns left out). Goes out: rows in a canonical form, in which the same
value is equal whichever of several types it is stored in.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.schema.snapshots import Snapshot

Table = tuple[str, str]
Value = str | None

# In which the same value is written the same, whatever the session's own settings are.
SETTINGS = """
SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; SET IntervalStyle = 'iso_8601'; SET bytea_output = 'hex';
SET extra_float_digits = 1
"""


@dataclass(frozen=True)
class TableRows:
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class RowSnapshot:
    """Every table's rows; partitions are a part of their root."""

    tables: Mapping[Table, TableRows] = field(default_factory=dict)


def read(connection: Connection, snapshot: Snapshot) -> RowSnapshot:
    """All rows of the tables that a catalog lists."""
    found: dict[Table, TableRows] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"{SETTINGS}; SET row_security = off")
        for key, table in snapshot.of("table").items():
            if table.get("partition_of") or table.get("kind") == "f":
                continue
            columns = [
                column.name
                for column, attributes in snapshot.children("column", key.schema, key.name).items()
                if attributes.get("generated") is None
            ]
            if columns:
                rows = _copy(cursor, key.schema, key.name, columns, table.get("kind") == "p")
                found[key.schema, key.name] = TableRows(tuple(columns), tuple(rows))
    return RowSnapshot(found)


def _copy(
    cursor: object, schema: str, table: str, columns: list[str], partitioned: bool
) -> Iterator[tuple[Value, ...]]:
    listed = ", ".join(_name(column) for column in columns)
    # A table that others inherit from has rows of its own; a partitioned one has only those of its partitions.
    only = "" if partitioned else "ONLY "
    buffer = io.StringIO()
    cursor.copy_expert(f"COPY (SELECT {listed} FROM {only}{_name(schema)}.{_name(table)}) TO STDOUT", buffer)  # type: ignore[attr-defined]
    for line in buffer.getvalue().split("\n")[:-1]:
        yield tuple(canonical(_unescaped(text)) for text in line.split("\t"))


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


def canonical(value: Value) -> Value:
    """The same text for the same value: numbers, truth, moments in UTC, JSON; everything else as it is."""
    if value is None:
        return None
    text = value.rstrip(" ")
    if text in ("t", "true"):
        return "1"
    if text in ("f", "false"):
        return "0"
    if re.match(r"-?[\d.]", text) and len(text) < 200:
        number = _number(text)
        if number is not None:
            return number
        return _moment(text)
    if text[:1] in "{[" and text[-1:] in "}]":
        try:
            return json.dumps(json.loads(text), sort_keys=True)
        except ValueError:
            return text
    return text


def _number(text: str) -> str | None:
    try:
        return f"{Decimal(text).normalize():f}"
    except (InvalidOperation, OverflowError):
        return None


def _moment(text: str) -> str:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return f"{text}T00:00:00"
    if not re.match(r"\d{4}-\d\d-\d\d[ T]\d\d:", text):
        return text
    try:
        moment = datetime.fromisoformat(re.sub(r"([+-]\d\d)$", r"\1:00", text))
    except ValueError:
        return text
    if moment.tzinfo:
        try:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        except OverflowError:
            return text
    return moment.isoformat()
