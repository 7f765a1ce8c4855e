"""The relations of a database before a migration, by object identifier: what was dropped has a name afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

_RELATIONS = """
SELECT c.oid::bigint, c.relkind::text, n.nspname::text, c.relname::text, tn.nspname::text, t.relname::text,
       rn.nspname::text, r.relname::text, pg_catalog.pg_relation_filenode(c.oid)::bigint
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_class r ON c.relispartition AND r.oid = pg_catalog.pg_partition_root(c.oid)
LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
LEFT JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
WHERE c.oid >= 16384 AND n.nspname !~ '^pg_|^information_schema$'
"""


class Relation(NamedTuple):
    """`kind` is that of `pg_class.relkind`; `of` is the table of an index, `root` that of a partition."""

    kind: str
    schema: str
    name: str
    of: tuple[str, str] | None = None
    root: tuple[str, str] | None = None

    @property
    def is_index(self) -> bool:
        return self.of is not None

    @property
    def has_rows(self) -> bool:
        """Whether it is a table or a materialised view, rather than an index, a sequence or a view."""
        return self.kind in ("r", "p", "m")

    @property
    def is_queried(self) -> bool:
        """Whether queries name it, and so wait for its locks: a view or a foreign table as well."""
        return self.has_rows or self.kind in ("v", "f")

    @property
    def table(self) -> tuple[str, str]:
        """The table that it is, or that it is an index of."""
        return self.of or (self.schema, self.name)


@dataclass(frozen=True)
class Relations:
    """All relations that were there, and the files that they were in."""

    names: Mapping[int, Relation]
    files: Mapping[int, int]

    def indexes_of(self, relation: Relation) -> int:
        """How many indexes a table had."""
        return sum(other.of == (relation.schema, relation.name) for other in self.names.values())


def read(connection: Connection) -> Relations:
    """Everything that a statement can lock; system catalogs and TOAST tables aside."""
    with connection.cursor() as cursor:
        cursor.execute(_RELATIONS)
        rows = cursor.fetchall()
    names = {
        oid: Relation(kind, schema, name, (ts, tn) if tn else None, (rs, rn) if rn else None)
        for oid, kind, schema, name, ts, tn, rs, rn, _ in rows
    }
    return Relations(names, {row[0]: row[8] for row in rows if row[8]})
