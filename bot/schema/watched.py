"""Watched objects: kinds that are compared, and that no completion writes. Privileges, owners, casts, publications.

In: an administrator's connection. Out: a `Snapshot` of these kinds alone, one query for each: a file of
`catalog/watched/`. They stay out of the planner, which has no operation for them; what differs is a finding.
"""

from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources

from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.model import ObjectKey
from bot.schema import prepared
from bot.schema.snapshots import Attributes, Snapshot, ordered, reading
from bot.system.timing import span


@span("catalog.watched")
def watch(connection: Connection) -> Snapshot:
    """Read all watched objects; raises `psycopg2.Error` as `snapshots.take` does."""
    objects: dict[ObjectKey, Attributes] = {}
    with reading(connection) as cursor:
        for kind in prepared.each(cursor, "watched", _queries()):
            objects.update({ObjectKey(kind, *key): attributes for *key, attributes in cursor})
    return Snapshot(ordered(objects), server_major=connection.server_version // 10_000)


def of_relations_but(snapshot: Snapshot, ignore: Collection[tuple[str, str]]) -> Snapshot:
    """The same less who may do what with some (schema, relation) pairs, and who owns them."""
    kept = {key: value for key, value in snapshot.objects.items() if _relation(key) not in ignore}
    return Snapshot(kept, server_major=snapshot.server_major)


def _relation(key: ObjectKey) -> tuple[str, str] | None:
    """The relation that access is about: it is called by its kind and name, `table account`."""
    return (key.schema, key.parent or key.name.partition(" ")[2]) if key.kind == "access" else None


@cache
def _queries() -> Mapping[str, str]:
    folder = resources.files("bot.schema.catalog") / "watched"
    files = sorted(item.name for item in folder.iterdir() if item.name.endswith(".sql"))
    return {
        name.removesuffix(".sql"): "SELECT q.schema::text, q.parent::text, q.name::text,"
        f" to_jsonb(q) - '{{schema,parent,name,target}}'::text[] FROM (\n{(folder / name).read_text('utf-8')}) q"
        for name in files
    }
