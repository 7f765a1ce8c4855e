"""The tables of a database as far as rows are concerned. In: a connection. Out: columns, types and foreign keys."""

import re
from dataclasses import dataclass, replace
from typing import Any

from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from tests.oracle.values import Type

_TABLES = """
SELECT c.oid::int8, n.nspname, c.relname, c.relkind = 'p' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'alembic_version'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 2, 3
"""
_COLUMNS = """
SELECT a.attname, a.atttypid::int8, a.atttypmod, a.attnotnull, a.attgenerated <> '', a.attnum,
       format_type(a.atttypid, a.atttypmod)
FROM pg_attribute a WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_KEYS = """
SELECT k.confrelid::int8, k.conkey, (SELECT array_agg(a.attname ORDER BY u.n) FROM unnest(k.confkey) WITH ORDINALITY
       AS u(num, n) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num)::text[]
FROM pg_constraint k WHERE k.contype = 'f' AND k.conrelid = %s ORDER BY k.conname
"""
_UNIQUE = """
SELECT DISTINCT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
WHERE i.indrelid = %s AND (i.indisunique OR i.indisexclusion)
"""
_LISTS = """
SELECT k.conkey[1], pg_get_constraintdef(k.oid) FROM pg_constraint k
WHERE k.contype = 'c' AND k.conrelid = %s AND cardinality(k.conkey) = 1 AND pg_get_constraintdef(k.oid) ~ '= ANY'
"""
_TYPE = """
SELECT t.typname, t.typtype, t.typbasetype::int8, t.typtypmod, CASE WHEN t.typcategory = 'A' THEN t.typelem::int8
       ELSE 0 END, t.typrelid::int8, t.typnotnull,
       (SELECT array_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)::text[]
FROM pg_type t WHERE t.oid = %s
"""


@dataclass(frozen=True)
class Column:
    name: str
    type: Type
    sql_type: str
    required: bool
    generated: bool


@dataclass(frozen=True)
class Key:
    """A foreign key: `columns` here point at `there` of the table `target`."""

    columns: tuple[str, ...]
    target: str
    there: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """`name` is what cases call it (without `public`); `unique` are columns of keys and unique indexes."""

    name: str
    schema: str
    relation: str
    partitioned: bool
    columns: tuple[Column, ...]
    keys: tuple[Key, ...]
    unique: frozenset[str] = frozenset()


def fetch(connection: Connection, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall()


def read(connection: Connection) -> dict[str, Table]:
    """All tables that hold rows of their own, by name; partitions count as their parent's."""
    found = fetch(connection, _TABLES)
    names = {oid: _name(schema, relation) for oid, schema, relation, _ in found}
    tables = {}
    for oid, schema, relation, partitioned in found:
        rows = fetch(connection, _COLUMNS, (oid,))
        lists = {number: _labels(text) for number, text in fetch(connection, _LISTS, (oid,))}
        columns = tuple(_column(connection, row, lists.get(row[5], ())) for row in rows)
        numbers = {row[5]: row[0] for row in rows}
        keys = tuple(
            Key(tuple(numbers[n] for n in here), names[target], tuple(there))
            for target, here, there in fetch(connection, _KEYS, (oid,))
            if target in names
        )
        unique = frozenset(name for (name,) in fetch(connection, _UNIQUE, (oid,)))
        tables[names[oid]] = Table(names[oid], schema, relation, partitioned, columns, keys, unique)
    return tables


def _name(schema: str, relation: str) -> str:
    return relation if schema == "public" else f"{schema}.{relation}"


def _labels(check: str) -> tuple[str, ...]:
    """The values of `CHECK (x IN ('a', 'b'))`: an enum in all but type."""
    return tuple(label.replace("''", "'") for label in re.findall(r"'((?:[^']|'')*)'", check))


def _column(connection: Connection, row: tuple[Any, ...], labels: tuple[str, ...]) -> Column:
    name, oid, modifier, not_null, generated, _, sql_type = row
    kind, domain_required = _type(connection, oid, modifier)
    kind = replace(kind, labels=labels) if labels else kind
    return Column(name, kind, sql_type, not_null or domain_required, generated)


def _type(connection: Connection, oid: int, modifier: int) -> tuple[Type, bool]:
    """A type below its domains, and whether a domain on the way forbids NULL."""
    ((name, kind, base, base_modifier, element, relation, not_null, labels),) = fetch(connection, _TYPE, (oid,))
    if kind == "d":
        below, required = _type(connection, base, base_modifier)
        return below, required or not_null
    if element:
        return Type(name, element=_type(connection, element, modifier)[0]), False
    if kind == "c":
        fields = fetch(connection, _COLUMNS, (relation,))
        return Type(name, fields=tuple(_type(connection, f[1], f[2])[0] for f in fields)), False
    length, scale = modifier, 0
    if name in ("varchar", "bpchar") and modifier >= 0:
        length = modifier - 4
    if name == "numeric" and modifier >= 0:
        length, scale = (modifier - 4) >> 16 & 0xFFFF, (modifier - 4) & 0x7FF
    return Type(name, length, scale, tuple(labels or ())), False
