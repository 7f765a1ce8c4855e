"""What is in a database: every object with its definition, read from the catalog in one transaction.

Comes in: a psycopg2 connection of an administrator. Goes out: a `Snapshot`, plain values that can be compared.
Names in definitions are always qualified, OIDs and column numbers never appear, so that two databases which came
about in different ways can be equal.
"""

import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any, NamedTuple

from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

Attributes = dict[str, Any]


class ObjectKey(NamedTuple):
    """What names an object; `parent` is the table of columns, constraints, indexes and the like, else empty."""

    kind: str
    schema: str
    parent: str
    name: str


@dataclass(frozen=True)
class Snapshot:
    """All objects of a database. `depends` has pairs (dependent, what it depends on)."""

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


@cache
def queries() -> Mapping[str, str]:
    """One query for each kind of object: the files of `catalog/postgresql/`, by kind."""
    folder = resources.files("bot.schema.catalog").joinpath("postgresql")
    files = sorted(item.name for item in folder.iterdir() if item.name.endswith(".sql"))
    return {name.removesuffix(".sql"): folder.joinpath(name).read_text("utf-8") for name in files}


def take(connection: Connection, ignore: Collection[tuple[str, str]] = ()) -> Snapshot:
    """Read the whole catalog, but for `ignore`: (schema, relation) pairs with all that belongs to them.

    Everything comes from one moment. Raises `psycopg2.Error` when the server is gone.
    """
    connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    with connection.cursor() as cursor:
        # With an empty path the server qualifies every name that it writes into a definition.
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = ''")
        try:
            objects: dict[ObjectKey, Attributes] = {}
            for kind, query in queries().items():
                cursor.execute(query)
                objects.update(_rows(kind, cursor))
            cursor.execute(resources.files("bot.schema.catalog").joinpath("depends.sql").read_text("utf-8"))
            pairs = [(ObjectKey(*row[:4]), ObjectKey(*row[4:])) for row in cursor]
        finally:
            cursor.execute("ROLLBACK")
    hidden = frozenset(ignore)
    kept = {key: attributes for key, attributes in objects.items() if not _is_ignored(key, attributes, hidden)}
    depends = frozenset((one, other) for one, other in pairs if one in kept)
    return Snapshot(kept, depends, connection.server_version // 10_000)


def _rows(kind: str, cursor: Any) -> Iterator[tuple[ObjectKey, Attributes]]:
    names = [sys.intern(column.name) for column in cursor.description[3:]]
    for schema, parent, name, *values in cursor:
        yield ObjectKey(kind, sys.intern(schema), sys.intern(parent), name), dict(zip(names, values, strict=True))


def _is_ignored(key: ObjectKey, attributes: Attributes, ignore: frozenset[tuple[str, str]]) -> bool:
    if not ignore:
        return False
    owned = attributes.get("owned_by") if key.kind == "sequence" else None
    relation = (owned[0], owned[1]) if owned else (key.schema, key.parent or key.name)
    # Functions and types may bear the name of a relation that is ignored: they are something else.
    is_relation = bool(key.parent) or key.kind in {"table", "view", "materialized_view", "sequence"}
    return is_relation and relation in ignore
