"""The bot's own conversions between types, run by a server."""

from contextlib import closing
from itertools import permutations

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.database.databases import Databases
from bot.migration.planner.casts import convert

TYPES = [
    *(
        "integer",
        "numeric(9,2)",
        "text",
        "character varying(9)",
        "date",
        "timestamp with time zone",
        "interval",
        "bytea",
    ),
    *("boolean", "uuid", "jsonb", "json", "inet", "money", "bit(4)", "int4range", "daterange", "tsvector"),
    *("integer[]", "text[]", "date[]"),
]


def test_null_stays_null(databases: Databases) -> None:
    """A value that is made of NULL is one that no row had."""
    made = {}
    with databases.temporary("conversions") as name, closing(databases.address(name).connect()) as connection:
        for before, after in permutations(TYPES, 2):
            using = convert("x", before, after).using
            if using is not None:
                made[before, after] = _of_null(connection, before, using)
    assert [pair for pair, value in made.items() if value not in (None, "refused")] == []
    assert sum(value is None for value in made.values()) > len(made) / 2


def _of_null(connection: Connection, before: str, using: str) -> str | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT ({using})::text FROM (SELECT NULL::{before} AS x) AS t")
            ((value,),) = cursor.fetchall()
            return None if value is None else str(value)
    except psycopg2.Error:
        return "refused"
