"""Functions in index expressions of the project's, which the planner runs in the session in which rows are read."""

import pytest

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
