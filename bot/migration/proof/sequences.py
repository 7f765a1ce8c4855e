"""Sequences out of sync with the columns that they number, and sequences that start over.

In: a reader's connection and the catalog. Out: columns whose next value is taken, and where sequences stand.
Nothing of the project's runs: columns of the server's own integer types are compared, as numeric on both sides,
whose operators are found before any other.
"""

import re
from collections.abc import Iterator, Mapping

from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.model import ObjectKey
from bot.schema.objects import owner
from bot.schema.snapshots import Snapshot
from bot.sqltext import quote
from bot.sqltext.names import parts
from bot.system.timing import span

Positions = Mapping[ObjectKey, int]  # how far each sequence has come: the more, the later

_INTEGERS = ("smallint", "integer", "bigint")
_AT_ONCE = 200  # sequences in one query
_AHEAD = 7  # numbers that a sequence has given before the upgrade
_NEXT = re.compile(r"nextval\('((?:[^']|'')+)'::regclass\)")


@span("sequences")
def out_of_sync(connection: Connection, snapshot: Snapshot) -> set[ObjectKey]:
    """The columns, alone unique in their tables, that have a value which their sequence has yet to give."""
    asked = [(column, _query(sequence, column, snapshot)) for sequence, column in _numbered(snapshot)]
    found: set[ObjectKey] = set()
    with connection.cursor() as cursor:
        for start in range(0, len(asked), _AT_ONCE):
            part = asked[start : start + _AT_ONCE]
            cursor.execute(" UNION ALL ".join(f"SELECT {n} WHERE {query}" for n, (_, query) in enumerate(part)))
            found.update(part[n][0] for (n,) in cursor.fetchall())
    return found


@span("sequences")
def advance(connection: Connection, snapshot: Snapshot) -> None:
    """Let the sequences that no column owns stand where those of a database in use would."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = off")
        for key, attributes in snapshot.of("sequence").items():
            reached = int(attributes["start"]) + _AHEAD * int(attributes["increment"])
            if owner(attributes) is None and int(attributes["minimum"]) <= reached <= int(attributes["maximum"]):
                name = _name(key.schema, key.name)
                call = f"pg_catalog.setval({quote.literal(name)}, {reached})"
                cursor.execute(f"SELECT {call} FROM {name} WHERE NOT is_called")
        cursor.execute("SET default_transaction_read_only = on")


@span("sequences")
def positions(connection: Connection, snapshot: Snapshot) -> dict[ObjectKey, int]:
    """How far each sequence without an owner has come."""
    keys = [key for key, attributes in snapshot.of("sequence").items() if owner(attributes) is None]
    found: dict[ObjectKey, int] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(keys), _AT_ONCE):
            part = keys[start : start + _AT_ONCE]
            queries = (
                f"SELECT {n}, last_value::numeric, is_called FROM {_name(key.schema, key.name)}"
                for n, key in enumerate(part)
            )
            cursor.execute(" UNION ALL ".join(queries))
            for n, last, is_called in cursor.fetchall():
                increment = int(snapshot.objects[part[n]]["increment"])
                found[part[n]] = (2 * int(last) + is_called) if increment > 0 else (is_called - 2 * int(last))
    return found


def started_over(before: Positions, after: Positions, snapshot: Snapshot) -> list[ObjectKey]:
    """The sequences that would give again what they gave before."""
    return sorted(
        key
        for key, reached in after.items()
        if key in before and not snapshot.objects[key].get("cycle") and reached < before[key]
    )


def _numbered(snapshot: Snapshot) -> Iterator[tuple[ObjectKey, ObjectKey]]:
    """Sequences with the unique integer columns that they number, as owners or through a default."""
    for sequence, column in dict.fromkeys([*_owned(snapshot), *_defaults(snapshot)]):
        numbered = snapshot.objects.get(column, {}).get("type") in _INTEGERS
        if numbered and not snapshot.objects[sequence].get("cycle") and _is_unique(snapshot, column):
            yield sequence, column


def _owned(snapshot: Snapshot) -> Iterator[tuple[ObjectKey, ObjectKey]]:
    for sequence, attributes in snapshot.of("sequence").items():
        found = owner(attributes)
        if found is not None:
            yield sequence, ObjectKey("column", *found)


def _defaults(snapshot: Snapshot) -> Iterator[tuple[ObjectKey, ObjectKey]]:
    for column, attributes in snapshot.of("column").items():
        match = _NEXT.fullmatch(attributes.get("default") or "")
        if match is None:
            continue
        words = parts(match[1].replace("''", "'"))
        schema, name = words if len(words) == 2 else ("public", words[-1])
        sequence = ObjectKey("sequence", schema, "", name)
        if sequence in snapshot.objects:
            yield sequence, column


def _is_unique(snapshot: Snapshot, column: ObjectKey) -> bool:
    constraints = snapshot.children("constraint", column.schema, column.parent).values()
    indexes = snapshot.children("index", column.schema, column.parent).values()
    alone = [column.name]
    return any(a["type"] in ("p", "u") and a["columns"] == alone for a in constraints) or any(
        a.get("unique") and a["columns"] == alone and not a.get("predicate") for a in indexes
    )


def _query(sequence: ObjectKey, column: ObjectKey, snapshot: Snapshot) -> str:
    step = int(snapshot.objects[sequence]["increment"])
    ahead = ">=" if step > 0 else "<="
    table, counter = _name(column.schema, column.parent), _name(sequence.schema, sequence.name)
    # As numeric: what comes after the last bigint is none.
    coming = f"counter.last_value::numeric + CASE WHEN counter.is_called THEN {step} ELSE 0 END::numeric"
    here = f"rows.{_name(column.name)}::numeric"
    return f"EXISTS (SELECT FROM {table} rows, {counter} counter WHERE {here} {ahead} {coming})"


def _name(*identifiers: str) -> str:
    return ".".join('"' + identifier.replace('"', '""') + '"' for identifier in identifiers)
