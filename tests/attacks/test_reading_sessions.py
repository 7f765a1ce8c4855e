"""Functions in index expressions of the project's, which the planner runs in the session in which rows are read."""

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.database.databases import Databases
from bot.errors import ProjectError
from bot.migration.proof import rows, sequences
from bot.schema.snapshots import take
from tests.support.servers import ask

VALUES = "(id int, at timestamptz, d interval, b bytea, f float8)"
ROWS = (
    "INSERT INTO t (id, at, d, b, f) SELECT n, '2026-01-02', '1 day', 'x', 0.1::float8 + n FROM generate_series(1, 3) n"
)
TABLES = {
    "plain": f"CREATE TABLE t {VALUES}",
    "partitioned": f"CREATE TABLE t {VALUES} PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t DEFAULT",
    "generated": f"CREATE TABLE t {VALUES}; ALTER TABLE t ADD g interval GENERATED ALWAYS AS (d) STORED",
}
EVIL = """
CREATE FUNCTION evil(i int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
  PERFORM set_config('{name}', '{value}', {local}); RETURN i; END $$;
CREATE INDEX ON t (evil(1));
"""
# What is set for the transaction alone is gone afterwards, and nothing is seen of it any more.
SETTINGS = (
    ("client_encoding", "LATIN1", "true"),
    ("client_encoding", "EUC_TW", "false"),
    ("datestyle", "SQL, DMY", "true"),
    ("intervalstyle", "postgres_verbose", "false"),
    ("bytea_output", "escape", "true"),
    ("extra_float_digits", "-15", "true"),
    ("timezone", "Asia/Kathmandu", "false"),
    ("idle_session_timeout", "1", "false"),
    ("default_transaction_read_only", "off", "false"),
)


@pytest.mark.parametrize("kind", TABLES)
def test_rows_are_read_the_same_whatever_a_function_sets_or_it_is_told(databases: Databases, kind: str) -> None:
    told = set()
    generated = [("public", "t", "g")] if kind == "generated" else []
    for name, value, local in SETTINGS:
        with databases.temporary("session") as database:
            ask(databases.address(database), f"{TABLES[kind]}; {ROWS}")
            with databases.session(database) as connection:
                snapshot = take(connection)
            with databases.reading_session(database) as connection:
                before = rows.read(connection, snapshot, generated)
            assert len(before.tables["public", "t"].rows) == 3
            ask(databases.address(database), EVIL.format(name=name, value=value, local=local))
            for _ in range(2):
                try:
                    with databases.reading_session(database) as connection:
                        assert rows.read(connection, snapshot, generated) == before, (name, value, local)
                        sequences.positions(connection, snapshot)
                except ProjectError as error:
                    told.add((name, "changes settings" in error.message))
    # Of a plain table no query is planned.
    assert told == (set() if kind == "plain" else {(name, True) for name, _, _ in SETTINGS[:7]})


# While an index is made, the server lets nobody listen; later, when a query is planned, it does.
LISTENING = """
CREATE FUNCTION listens() RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE FUNCTION evil(i int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM listens(); RETURN i; END $$;
CREATE INDEX ON t (evil(1));
CREATE OR REPLACE FUNCTION listens() RETURNS void LANGUAGE plpgsql AS $$ BEGIN LISTEN said; NOTIFY said; END $$;
"""
SAYING = "SELECT pg_notify('said', repeat('x', 7000) || n) FROM generate_series(1, 1000) n"


@pytest.mark.parametrize("kind", ["partitioned", "generated"])
def test_what_a_session_is_made_to_listen_to_is_not_kept(databases: Databases, kind: str) -> None:
    """Messages come with the answer to any query, as many as there are: before, they filled the memory."""
    generated = [("public", "t", "g")] if kind == "generated" else []
    with databases.temporary("listening") as database:
        ask(databases.address(database), f"{TABLES[kind]}; {ROWS}")
        with databases.session(database) as connection:
            snapshot = take(connection)
        with databases.reading_session(database) as connection:
            before = rows.read(connection, snapshot, generated)
        ask(databases.address(database), LISTENING)
        with databases.reading_session(database) as connection:
            assert rows.read(connection, snapshot, generated) == before
            assert _channels(connection) == [("said",)]  # it came to that
            ask(databases.address(database), SAYING)
            assert _channels(connection) == [("said",)]
            assert len(connection.notifies) == 0
        with databases.reading_session(database) as connection:
            assert _channels(connection) == []
            assert rows.read(connection, snapshot, generated) == before


def _channels(connection: Connection) -> list[tuple[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_catalog.pg_listening_channels()")
        return cursor.fetchall()
