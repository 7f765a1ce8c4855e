"""Rows before and after, one by one and each by its type. In: two databases' rows. Out: what is not as it was.

Unlike `rows`, which compares a column's values as a whole and lets texts that look alike pass: here a value stays in
its row, and what is equal is decided by the types on both sides.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import ip_interface

from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case
from psycopg2.sql import SQL, Identifier

from tests.oracle.cases import ExpectedData
from tests.oracle.tables import fetch, read

_KEY = """
SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
WHERE i.indisprimary AND i.indrelid = %s::regclass ORDER BY a.attnum
"""
_BEHIND = """
SELECT n.nspname, c.relname, a.attname, s.relname, q.seqincrement > 0 FROM pg_depend d
JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_sequence q ON q.seqrelid = s.oid
JOIN pg_class c ON c.oid = d.refobjid JOIN pg_namespace n ON n.oid = c.relnamespace AND n.oid = s.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
WHERE d.deptype IN ('a', 'i') AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
  AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
"""
_NUMBERS = ("smallint", "integer", "bigint", "numeric", "real", "double precision")
_DAYS = ("date", "timestamp without time zone", "timestamp with time zone")
_Row = Mapping[str, str | None]


@dataclass(frozen=True)
class Held:
    """A table's rows, each value as text; `types` without what stands in brackets."""

    key: tuple[str, ...]
    types: Mapping[str, str]
    rows: tuple[_Row, ...]


def held(connection: Connection) -> dict[str, Held]:
    """The rows of all tables; computed columns are left out."""
    found: dict[str, Held] = {}
    fetch(connection, "SELECT set_config('timezone', 'UTC', false)")
    for table in read(connection).values():
        types = {column.name: column.sql_type.partition("(")[0] for column in table.columns if not column.generated}
        place = SQL("" if table.partitioned else "ONLY ") + Identifier(table.schema, table.relation)
        values = SQL(", ").join(Identifier(name) + SQL("::text") for name in types) if types else SQL("NULL")
        rows = fetch(connection, SQL("SELECT {} FROM {}").format(values, place).as_string(connection))
        key = fetch(connection, _KEY, (Identifier(table.schema, table.relation).as_string(connection),))
        names = tuple(name for (name,) in key)
        found[table.name] = Held(names, types, tuple(dict(zip(types, row, strict=False)) for row in rows))
    return found


def colliding(connection: Connection) -> set[str]:
    """Columns whose own sequence gives a number next that a row has already. Uses up a number of each."""
    found = set()
    for schema, table, column, sequence, _ in fetch(connection, _BEHIND):
        query = SQL("SELECT nextval({}::regclass) IN (SELECT {} FROM {})").format(
            SQL("{}"), Identifier(column), Identifier(schema, table)
        )
        name = Identifier(schema, sequence).as_string(connection)
        ((taken,),) = fetch(connection, query.as_string(connection).replace("%", "%%").replace("{}", "%s"), (name,))
        if taken:
            found.add(f"{schema}.{table}.{column}")
    return found


def unlike(
    before: Mapping[str, Held], after: Mapping[str, Held], declared: Mapping[str, set[str]], meant: ExpectedData
) -> Iterator[str]:
    """What `after` should still have of `before`: all rows of a table that `declared` has, in the columns it has."""
    for old, rows in before.items():
        new = meant.tables.get(old, old)
        if new not in declared:
            continue
        if new not in after:
            yield f"table {new} is missing"
            continue
        names = {name: meant.columns.get(f"{old}.{name}", name) for name in rows.types}
        kept = {name: now for name, now in names.items() if now in declared[new] and now in after[new].types}
        yield from _table(old, rows, after[new], kept, meant)


def _table(table: str, before: Held, after: Held, kept: Mapping[str, str], meant: ExpectedData) -> Iterator[str]:
    if len(before.rows) != len(after.rows):
        yield f"{table} has {len(after.rows)} rows, not {len(before.rows)}"
        return
    whole = [name for name in kept if f"{table}.{name}" not in meant.filled]
    pairs = {name: (before.types[name], after.types[kept[name]]) for name in kept}
    want = Counter(tuple(_canonical(row[name], *pairs[name]) for name in whole) for row in before.rows)
    have = Counter(tuple(_canonical(row[kept[name]], *pairs[name][::-1]) for name in whole) for row in after.rows)
    for lost, found in list(zip((want - have).elements(), (have - want).elements(), strict=True))[:3]:
        yield f"{table} {dict(zip(whole, lost, strict=True))} became {dict(zip(whole, found, strict=True))}"
    if before.key and set(before.key) <= set(whole):
        yield from _filled(table, before, after, kept, pairs, meant)


def _filled(
    table: str,
    before: Held,
    after: Held,
    kept: Mapping[str, str],
    pairs: Mapping[str, tuple[str, str]],
    meant: ExpectedData,
) -> Iterator[str]:
    """Columns in which a NULL may have become a value, and no value another."""
    now = {tuple(_canonical(row[kept[n]], *pairs[n][::-1]) for n in before.key): row for row in after.rows}
    for row in before.rows:
        there = now.get(tuple(_canonical(row[name], *pairs[name]) for name in before.key), {})
        for name in kept:
            if f"{table}.{name}" in meant.filled and row[name] is not None:
                old, new = _canonical(row[name], *pairs[name]), _canonical(there.get(kept[name]), *pairs[name][::-1])
                if old != new:
                    yield f"{table}.{name}: {old} became {new}"


def _canonical(value: str | None, own: str, other: str) -> str | None:
    """A value in the form that its two types share; the text itself where they are the same, or one is text."""
    types = {own, other}
    if value is None:
        return None
    if types <= {"json", "jsonb"} and types != {"jsonb"}:
        return json.dumps(json.loads(value, parse_float=str), sort_keys=True)
    if len(types) == 1:
        return value
    if types <= set(_NUMBERS):
        return str(Decimal(value).normalize())
    if "boolean" in types and types & set(_NUMBERS):
        return {"true": "1", "false": "0"}.get(value, value)
    if types <= set(_DAYS):
        return value.replace("+00", "").replace(" 00:00:00", "")  # years before Christ have BC behind
    if "inet" in types:  # a cast to text says the length of a whole address, the server's output does not
        return str(ip_interface(value)) if _is_address(value) else value
    return value


def _is_address(value: str) -> bool:
    try:
        ip_interface(value)
    except ValueError:
        return False
    return True
