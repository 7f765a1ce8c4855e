"""Queries that a session plans once, however often it runs them: planning takes longer than reading a small catalog.

In: a cursor and queries by name. Out: the session has them as prepared statements.
"""

from collections.abc import Mapping

from psycopg2.extensions import cursor as Cursor  # noqa: N812  psycopg2 spells its class in lower case

from bot.sqltext import quote


def prepare(cursor: Cursor, queries: Mapping[str, str]) -> None:
    """Prepare those that the session does not have yet, in one message."""
    cursor.execute("SELECT name FROM pg_catalog.pg_prepared_statements")
    there = {name for (name,) in cursor}
    missing = [f"PREPARE {quote.name(name)} AS {query}" for name, query in queries.items() if name not in there]
    if missing:
        cursor.execute("\n;\n".join(missing))


def run(cursor: Cursor, name: str) -> None:
    """Run one; its rows are the cursor's."""
    cursor.execute(f"EXECUTE {quote.name(name)}")
