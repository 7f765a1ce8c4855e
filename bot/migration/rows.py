"""All rows of a database, and what of them is gone after a step.

Comes in: an administrator's connection; values are read with COPY, which runs no code of the project (output
functions only, no casts, generated columns left out). Goes out: rows in a canonical form, in which the same
value is equal whichever of several types it is stored in; and losses, as the report tells them.
"""

import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.outcome import LostRows
from bot.schema.snapshots import Snapshot

Table = tuple[str, str]
Value = str | None

_SETTINGS = """
SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; SET IntervalStyle = 'iso_8601'; SET bytea_output = 'hex';
SET extra_float_digits = 1; SET row_security = off
"""


@dataclass(frozen=True)
class TableRows:
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class RowSnapshot:
    """Every table's rows; partitions are a part of their root."""

    tables: Mapping[Table, TableRows] = field(default_factory=dict)


@dataclass(frozen=True)
class Meant:
    """What becomes of the data on purpose, by old names.

    `tables`: "schema.table" to its new name; `columns`: "schema.table.column" to the column's new name;
    `values`: per column, old value to new one; `converted`: columns whose values take another form;
    `filled`: columns in which NULL may become a value.
    """

    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    converted: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()


def read(connection: Connection, snapshot: Snapshot) -> RowSnapshot:
    """All rows of the tables that a catalog lists."""
    found: dict[Table, TableRows] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SETTINGS)
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


def lost(
    before: RowSnapshot, after: RowSnapshot, target: Mapping[Table, set[str]], meant: Meant, step: str
) -> list[LostRows]:
    """What of `before` should be in `after` and is not.

    `target` has the columns that are to be there afterwards: what it lacks was dropped on purpose.
    """
    found: list[LostRows] = []
    for table, content in before.tables.items():
        name = ".".join(table)
        schema, _, new_name = meant.tables.get(name, name).partition(".")
        place = schema, new_name
        if place not in target or not content.rows:
            continue
        there = after.tables.get(place, TableRows((), ()))
        pairs = [
            (column, renamed)
            for column in content.columns
            if (renamed := meant.columns.get(f"{name}.{column}", column)) in target[place]
        ]
        found += _lost_of(name, content, there, pairs, meant, step)
    return found


def _lost_of(
    name: str, content: TableRows, there: TableRows, pairs: list[tuple[str, str]], meant: Meant, step: str
) -> list[LostRows]:
    if len(there.rows) < len(content.rows):
        gone = len(content.rows) - len(there.rows)
        return [LostRows(table=name, column=None, step=step, rows=gone)]
    found = []
    for column, renamed in pairs:
        if renamed not in there.columns:
            continue  # generated by now
        wanted = _column(content, column, meant.values.get(f"{name}.{column}", {}))
        got = _column(there, renamed, {})
        label = f"{name}.{column}"
        missing = _missing(wanted, got, label in meant.converted)
        if missing:
            found.append(LostRows(table=name, column=column, step=step, rows=missing))
    if found:
        return found
    return _combinations(name, content, there, pairs, meant, step)


def _column(rows: TableRows, column: str, mapped: Mapping[str, str]) -> list[Value]:
    position = rows.columns.index(column)
    return [mapped.get(row[position] or "", row[position]) for row in rows.rows]


def _missing(wanted: list[Value], got: list[Value], converted: bool) -> int:
    """How many values are gone. NULL may have become a value; a value must not become NULL or another one."""
    if converted:
        return max(0, sum(v is not None for v in wanted) - sum(v is not None for v in got))
    difference = Counter(v for v in wanted if v is not None) - Counter(v for v in got if v is not None)
    return sum(difference.values())


def _combinations(
    name: str, content: TableRows, there: TableRows, pairs: list[tuple[str, str]], meant: Meant, step: str
) -> list[LostRows]:
    """Every value is there, but is it in its row? Columns that may change stay out of this."""
    steady = [
        (column, renamed)
        for column, renamed in pairs
        if renamed in there.columns
        and f"{name}.{column}" not in meant.converted
        and None not in _column(content, column, {})
    ]
    if len(steady) < 2:
        return []
    wanted = Counter(zip(*(_column(content, c, meant.values.get(f"{name}.{c}", {})) for c, _ in steady), strict=True))
    got = Counter(zip(*(_column(there, r, {}) for _, r in steady), strict=True))
    gone = sum((wanted - got).values())
    return [LostRows(table=name, column=None, step=step, rows=gone)] if gone else []
