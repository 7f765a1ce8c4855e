"""Queries of catalogs, one for each kind of object: planned once in a session, and run only where there is something.

Planning takes longer than reading a small catalog, and hardly any database has most of the kinds: a line
`-- unless empty: …` in a query names rows of a catalog without which it has none.
"""

import re
from collections.abc import Iterator, Mapping

from psycopg2.extensions import cursor as Cursor  # noqa: N812  psycopg2 spells its class in lower case

from bot.sqltext import quote

_NEEDS = re.compile(r"^-- unless empty: (.+)$", re.MULTILINE)


def each(cursor: Cursor, group: str, queries: Mapping[str, str]) -> Iterator[str]:
    """Run the queries of the kinds that can be there: at each of them, the rows are the cursor's.

    What is prepared for the session goes by the name of the `group`, which always has the same queries.
    """
    _prepare(cursor, {group: _present(queries)})
    _run(cursor, group)
    there = cursor.fetchone() or ()
    kinds = [kind for kind, present in zip(queries, there, strict=True) if present]
    _prepare(cursor, {f"{group} {kind}": queries[kind] for kind in kinds})
    for kind in kinds:
        _run(cursor, f"{group} {kind}")
        yield kind


def number(cursor: Cursor, name: str, query: str) -> int:
    """The one number of a query, 0 for none."""
    _prepare(cursor, {name: query})
    _run(cursor, name)
    return int((cursor.fetchone() or (0,))[0] or 0)


def _present(queries: Mapping[str, str]) -> str:
    """Whether there can be any of each kind."""
    needs = [_NEEDS.search(query) for query in queries.values()]
    return "SELECT " + ", ".join(f"EXISTS (SELECT FROM pg_catalog.{need[1]})" if need else "true" for need in needs)


def _prepare(cursor: Cursor, queries: Mapping[str, str]) -> None:
    """Prepare those that the session does not have yet, in one message."""
    cursor.execute("SELECT name FROM pg_catalog.pg_prepared_statements")
    there = {name for (name,) in cursor}
    missing = [f"PREPARE {quote.name(name)} AS {query}" for name, query in queries.items() if name not in there]
    if missing:
        cursor.execute("\n;\n".join(missing))


def _run(cursor: Cursor, name: str) -> None:
    cursor.execute(f"EXECUTE {quote.name(name)}")
