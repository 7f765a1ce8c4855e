"""The administrator's sessions that wait for their next use: as good as new ones, and in nobody's way."""

from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.database.databases import Databases
from bot.schema.snapshots import take
from bot.schema.watched import watch
from tests.support.servers import ask


@pytest.fixture
def name(databases: Databases) -> Iterator[str]:
    with databases.temporary("sessions") as made:
        ask(databases.address(made), "CREATE TABLE job (id int PRIMARY KEY)")
        yield made


def _value(connection: Connection, query: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    return row[0] if row else None


def _backend(databases: Databases, name: str) -> int:
    with databases.session(name) as connection:
        return connection.info.backend_pid


def test_the_next_use_gets_the_same_session(databases: Databases, name: str) -> None:
    assert _backend(databases, name) == _backend(databases, name)


def test_two_at_a_time_get_two(databases: Databases, name: str) -> None:
    with databases.session(name) as one, databases.session(name) as other:
        assert one.info.backend_pid != other.info.backend_pid


def test_what_one_use_has_set_is_gone_for_the_next(databases: Databases, name: str) -> None:
    with databases.session(name) as connection:
        before = _value(connection, "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings")
        _value(
            connection, "SELECT set_config('search_path', 'public', false), set_config('DateStyle', 'German', false)"
        )
    with databases.session(name) as connection:
        assert before == _value(
            connection, "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings"
        )


def test_a_transaction_that_was_left_open_ends_with_its_session(databases: Databases, name: str) -> None:
    with databases.session(name) as connection:
        used = connection.info.backend_pid
        with connection.cursor() as cursor:
            cursor.execute("BEGIN; LOCK public.job")
    assert _backend(databases, name) != used
    assert ask(databases.address(name), "SELECT count(*) FROM job") == [(0,)]


def test_a_copy_can_be_made_and_the_next_use_gets_a_new_session(databases: Databases, name: str) -> None:
    used = _backend(databases, name)
    with databases.temporary("copy", name) as copy:
        assert ask(databases.address(copy), "SELECT count(*) FROM job") == [(0,)]
    assert _backend(databases, name) != used


def test_a_session_that_the_server_ended_is_replaced(databases: Databases, name: str) -> None:
    used = _backend(databases, name)
    with closing(databases.connect(name)) as other:
        assert _value(other, f"SELECT pg_terminate_backend({used}, 5000)") is True
    assert _backend(databases, name) != used


def test_a_catalog_read_again_is_what_a_new_session_reads(databases: Databases, name: str) -> None:
    """Queries that were planned before the project's statements are not answered from before them."""
    statements = (
        "CREATE TYPE state AS ENUM ('new', 'old')",
        "ALTER TABLE job ADD state state DEFAULT 'new', ADD CONSTRAINT done CHECK (id > 0)",
        "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE VIEW jobs AS SELECT id, one() FROM job",
        "GRANT SELECT ON job TO PUBLIC",
        "DROP VIEW jobs; DROP TABLE job",
    )
    seen = []
    for statement in statements:
        ask(databases.address(name), statement)
        with databases.session(name) as connection:
            read = take(connection), watch(connection)
        with closing(databases.connect(name)) as connection:
            assert read == (take(connection), watch(connection))
        seen.append(read)
    assert all(one != other for one, other in pairwise(seen))
