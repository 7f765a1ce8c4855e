"""Values that lie in each partition of a table: those that a list has, and where a range begins.

In: a cursor; partitions that only migrations know are in no catalog of models. Out: values by table and column.
"""

import re

from psycopg2.extensions import cursor as Cursor  # noqa: N812  psycopg2 spells its class in lower case

from bot.migration.proof.check_candidates import exactly
from bot.migration.proof.row_plans import Table

_BOUNDS = """
SELECT n.nspname, p.relname, pg_get_partkeydef(p.oid), pg_get_expr(c.relpartbound, c.oid)
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
JOIN pg_namespace n ON n.oid = p.relnamespace WHERE c.relispartition AND p.relkind = 'p' ORDER BY c.oid
"""


def read(cursor: Cursor) -> dict[Table, dict[str, list[str]]]:
    """For every table that is cut by one column."""
    found: dict[Table, dict[str, list[str]]] = {}
    cursor.execute(_BOUNDS)
    for schema, table, key, bound in cursor.fetchall():
        column = re.fullmatch(r'(?:LIST|RANGE) \((\w+|"(?:[^"]|"")+")\)', key)
        if column is not None:
            name = column[1][1:-1].replace('""', '"') if column[1].startswith('"') else column[1]
            values = exactly(str(bound).partition(" TO (")[0])
            found.setdefault((schema, table), {}).setdefault(name, []).extend(values)
    return found
