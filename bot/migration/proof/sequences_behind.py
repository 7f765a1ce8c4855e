"""Sequences that stand behind the keys which they are to number: the next row gets a key that is taken.

Comes in: an administrator's connection and the catalog. Goes out: columns. Nothing of the project's runs: columns of
the server's own integer types are compared, as numeric on both sides, whose operators are found before any other.
"""

from collections.abc import Iterator

from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.model import ObjectKey
from bot.schema.snapshots import Snapshot

_INTEGERS = ("smallint", "integer", "bigint")
_AT_ONCE = 200  # sequences in one query


def behind(connection: Connection, snapshot: Snapshot) -> set[ObjectKey]:
    """The columns, alone unique in their tables, that have a value which their sequence has yet to give."""
    asked = [(column, _query(sequence, column, snapshot)) for sequence, column in _numbered(snapshot)]
    found: set[ObjectKey] = set()
    with connection.cursor() as cursor:
        for start in range(0, len(asked), _AT_ONCE):
            part = asked[start : start + _AT_ONCE]
            cursor.execute(" UNION ALL ".join(f"SELECT {n} WHERE {query}" for n, (_, query) in enumerate(part)))
            found.update(part[n][0] for (n,) in cursor.fetchall())
    return found


def _numbered(snapshot: Snapshot) -> Iterator[tuple[ObjectKey, ObjectKey]]:
    """Sequences with the unique integer columns that they number."""
    for sequence, attributes in snapshot.of("sequence").items():
        if not attributes.get("owned_by") or attributes.get("cycle"):
            continue
        column = ObjectKey("column", *attributes["owned_by"])
        numbered = snapshot.objects.get(column, {}).get("type") in _INTEGERS
        if numbered and _is_unique(snapshot, column):
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
