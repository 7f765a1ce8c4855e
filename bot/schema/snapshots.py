"""What is in a database: every object with its definition, read from the catalog in one transaction.

In: a psycopg2 connection of an administrator. Out: a `Snapshot`, plain values to be compared.
Names in definitions are always qualified; OIDs and column numbers never appear, so that two databases that
came about in different ways can be equal. Snapshots of different major versions are not comparable.
"""

import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from bot.errors import ProjectError
from bot.model import ObjectKey
from bot.schema import prepared
from bot.system.timing import span

Attributes = dict[str, Any]

# Kinds that share one space of names: tables, views, sequences and so on.
RELATIONS = frozenset({"table", "view", "materialized_view", "sequence"})

# A database or role can have settings of its own, and the server writes definitions by them: dates in
# defaults, for one. With an empty path it qualifies every name, and nothing there can hide a system object.
_SETTINGS = {
    "search_path": "",
    "datestyle": "ISO, MDY",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "quote_all_identifiers": "off",
    "lc_monetary": "C",
    "xmloption": "content",
    "standard_conforming_strings": "on",
    "jit": "off",
    # Planning takes most of the time on small databases; the queries join in a good order as they are written.
    "join_collapse_limit": "1",
    "from_collapse_limit": "1",
}


@dataclass(frozen=True)
class Snapshot:
    """All objects of a database.

    `depends` has pairs (dependent, what it depends on); both are among the objects. Columns of views count
    as the view, columns and constraints of types as the type.
    """

    objects: Mapping[ObjectKey, Attributes]
    depends: frozenset[tuple[ObjectKey, ObjectKey]] = frozenset()
    server_major: int = 0

    @cached_property
    def _kinds(self) -> dict[str, dict[ObjectKey, Attributes]]:
        kinds: dict[str, dict[ObjectKey, Attributes]] = {}
        for key, attributes in self.objects.items():
            kinds.setdefault(key.kind, {})[key] = attributes
        return kinds

    @cached_property
    def _children(self) -> dict[tuple[str, str, str], dict[ObjectKey, Attributes]]:
        children: dict[tuple[str, str, str], dict[ObjectKey, Attributes]] = {}
        for key, attributes in self.objects.items():
            if key.parent:
                children.setdefault((key.kind, key.schema, key.parent), {})[key] = attributes
        return children

    def of(self, kind: str) -> dict[ObjectKey, Attributes]:
        """All objects of a kind; not to be changed."""
        return self._kinds.get(kind, {})

    def children(self, kind: str, schema: str, parent: str) -> dict[ObjectKey, Attributes]:
        """The objects of a kind that belong to one table; not to be changed."""
        return self._children.get((kind, schema, parent), {})


EMPTY = Snapshot({})
_DEPENDS = "depends"  # comes last
_SIZE = "text_size"
LARGEST = 64 * 1024**2  # bytes of texts in a catalog: they are in memory several times


@cache
def queries() -> Mapping[str, str]:
    """One query for each kind of object: the files of `catalog/postgresql/`, by kind."""
    folder = resources.files("bot.schema.catalog") / "postgresql"
    files = sorted(item.name for item in folder.iterdir() if item.name.endswith(".sql"))
    return {name.removesuffix(".sql"): (folder / name).read_text("utf-8") for name in files}


@cache
def _query(name: str) -> str:
    return (resources.files("bot.schema.catalog") / f"{name}.sql").read_text("utf-8")


@span("catalog.read")
def take(connection: Connection, ignore: Collection[tuple[str, str]] = ()) -> Snapshot:
    """Read the whole catalog, but for `ignore`: (schema, relation) pairs with all that belongs to them.

    Everything comes from one moment; the session's settings are as before afterwards. The connection must
    not be in a transaction. Raises `psycopg2.Error` when it is, or when the server is gone, `ProjectError` where
    there is more than has room in any memory.
    """
    objects: dict[ObjectKey, Attributes] = {}
    pairs: list[tuple[ObjectKey | None, ObjectKey | None]] = []
    with reading(connection) as cursor:
        size = prepared.number(cursor, _SIZE, _query(_SIZE))
        if size > LARGEST:
            raise ProjectError(
                f"the catalog has {size >> 20} MB of comments, functions and expressions: too much to be compared",
                f"Keep data of this size in tables; the limit is {LARGEST >> 20} MB.",
                kind="size",
            )
        for kind in prepared.each(cursor, "catalog", {**queries(), _DEPENDS: _query(_DEPENDS)}):
            if kind != _DEPENDS:
                objects.update(_rows(kind, cursor))
                continue
            same = {key: key for key in objects}  # dependencies share the keys of their objects
            pairs = [(same.get(ObjectKey(*row[:4])), same.get(ObjectKey(*row[4:]))) for row in cursor]
    depends = frozenset((one, other) for one, other in pairs if one is not None and other is not None)
    return without(Snapshot(ordered(objects), depends, connection.server_version // 10_000), ignore)


def without(snapshot: Snapshot, ignore: Collection[tuple[str, str]]) -> Snapshot:
    """The same less some (schema, relation) pairs, with all that belongs to them."""
    hidden = frozenset(ignore)
    if not hidden:
        return snapshot
    kept = {key: value for key, value in snapshot.objects.items() if not _is_ignored(key, value, hidden)}
    depends = frozenset((one, other) for one, other in snapshot.depends if one in kept and other in kept)
    return Snapshot(kept, depends, snapshot.server_major)


def ordered(objects: Mapping[ObjectKey, Attributes]) -> dict[ObjectKey, Attributes]:
    """The objects by kind and name, but columns as they stand in their table.

    What is made of a snapshot must not depend on the order in which the server finds things.
    """

    def place(item: tuple[ObjectKey, Attributes]) -> tuple[str, str, str, int, str]:
        (kind, schema, parent, name), attributes = item
        return kind, schema, parent, attributes.get("position", 0), name

    return dict(sorted(objects.items(), key=place))


@contextmanager
def reading(connection: Connection) -> Iterator[Cursor]:
    """A cursor in a read-only transaction in which the server writes everything in one way."""
    autocommit = connection.autocommit
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                calls = ", ".join(["pg_catalog.set_config(%s, %s, true)"] * len(_SETTINGS))
                cursor.execute(f"SELECT {calls}", [word for pair in _SETTINGS.items() for word in pair])
                yield cursor
            finally:
                if not connection.closed:
                    cursor.execute("ROLLBACK")
    finally:
        if not connection.closed:
            connection.autocommit = autocommit


def _rows(kind: str, cursor: Cursor) -> Iterator[tuple[ObjectKey, Attributes]]:
    assert cursor.description is not None
    names = [sys.intern(column.name) for column in cursor.description[3:]]
    for schema, parent, name, *values in cursor:
        key = ObjectKey(kind, sys.intern(schema), sys.intern(parent), sys.intern(name))
        yield key, dict(zip(names, map(_interned, values), strict=True))


def _interned(value: Any) -> Any:
    # Types, methods and expressions repeat in thousands of columns.
    return sys.intern(value) if type(value) is str else value


def _is_ignored(key: ObjectKey, attributes: Attributes, ignore: frozenset[tuple[str, str]]) -> bool:
    owner = attributes.get("owned_by") if key.kind == "sequence" else None
    if owner and (owner[0], owner[1]) in ignore:
        return True
    # Functions and types may bear the name of a relation that is ignored: they are something else.
    return bool(key.parent or key.kind in RELATIONS) and (key.schema, key.parent or key.name) in ignore
