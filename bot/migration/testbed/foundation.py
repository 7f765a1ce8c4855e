"""What only migrations make, for the databases that models build.

`create_all` makes tables with their indexes and types. Functions that are defaults, extensions, domains, collations,
text search configurations and whatever else columns need come from migrations alone. In: a database that a history has
built. Out: a copy without its relations, to build on.
"""

from contextlib import closing

from bot.database.databases import Databases
from bot.sqltext import quote

# In the order in which they need not be dropped by CASCADE.
_WORDS = {"m": "MATERIALIZED VIEW", "v": "VIEW", "f": "FOREIGN TABLE", "p": "TABLE", "r": "TABLE"}
_RELATIONS = """
SELECT c.relkind::text, n.nspname, c.relname
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('m', 'v', 'f', 'p', 'r') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
"""


def make(databases: Databases, history: str) -> str:
    """The name of the copy. What depends on a relation, such as a function that returns its rows, goes with it."""
    name = databases.create("foundation", history)
    # With the project's own rights: all of it belongs to the project.
    with closing(databases.address(name).connect()) as connection, connection.cursor() as cursor:
        cursor.execute(_RELATIONS)
        for kind, schema, relation in sorted(cursor.fetchall(), key=lambda row: list(_WORDS).index(row[0])):
            cursor.execute(f"DROP {_WORDS[kind]} IF EXISTS {quote.qualified(schema, relation)} CASCADE")
    return name
