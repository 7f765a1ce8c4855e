"""The bot's own sessions in databases that hostile code has written to: what is set or locked there changes nothing."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from bot.database import pinned
from bot.database.databases import Databases
from bot.errors import ProjectError
from bot.schema.compare import compare
from bot.schema.snapshots import take
from tests.support.servers import ask

SETTINGS = {
    "statement_timeout": "1",
    "lock_timeout": "1",
    "client_encoding": "'LATIN1'",
    "datestyle": "'German'",
    "intervalstyle": "'iso_8601'",
    "bytea_output": "'escape'",
    "extra_float_digits": "-15",
    "standard_conforming_strings": "off",
    "quote_all_identifiers": "on",
    "default_transaction_read_only": "on",
    "default_transaction_isolation": "'serializable'",
    "idle_in_transaction_session_timeout": "1",
    "search_path": "public, pg_catalog",
}
SHOWN = "SELECT name, setting FROM pg_settings WHERE name = ANY (%s) ORDER BY name"


@pytest.fixture
def name(databases: Databases) -> Iterator[str]:
    with databases.temporary("trusted") as made:
        ask(databases.address(made), "CREATE TABLE job (id int PRIMARY KEY, at date DEFAULT '2001-02-03')")
        yield made


def _seen(databases: Databases, name: str) -> list[tuple[str, str]]:
    with closing(databases.connect(name)) as connection, connection.cursor() as cursor:
        cursor.execute(SHOWN, (list(SETTINGS),))
        return cursor.fetchall()


def _read(databases: Databases, name: str, query: str) -> None:
    with (
        databases.translating_server_failures(),
        closing(databases.connect(name)) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(query)


@pytest.mark.parametrize("setting", SETTINGS)
def test_what_is_set_for_the_database_is_not_the_bots(databases: Databases, name: str, setting: str) -> None:
    """B16: a migration that set `statement_timeout` or `client_encoding` ended the run without a report."""
    before = _seen(databases, name)
    with closing(databases.connect(name)) as connection:
        snapshot = take(connection)
    ask(databases.address(name), f'ALTER DATABASE "{name}" SET {setting} TO {SETTINGS[setting]}')
    assert _seen(databases, name) == before
    with closing(databases.connect(name)) as connection:
        changed = [difference for difference in compare(snapshot, take(connection)) if difference.key.kind != "setting"]
    assert changed == []


@pytest.mark.parametrize("setting", ["statement_timeout", "lock_timeout"])
def test_every_trusted_statement_has_an_end(databases: Databases, name: str, setting: str) -> None:
    """B25: the bot's own query ran on beyond any limit."""
    with closing(databases.connect(name)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT setting::int FROM pg_settings WHERE name = %s", (setting,))
        assert cursor.fetchone() not in (None, (0,))


LOCKS = {
    "a table": "LOCK job IN ACCESS EXCLUSIVE MODE",
    "a table that is being changed": "ALTER TABLE job ADD age int",
}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_that_stays_is_told(databases: Databases, name: str, lock: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """B19: a thread that holds a lock made the bot's session wait for ever."""
    monkeypatch.setattr(pinned, "PINNED", pinned.PINNED.replace("lock_timeout=10s", "lock_timeout=50ms"))
    with closing(databases.address(name).connect(autocommit=False)) as holder, holder.cursor() as cursor:
        cursor.execute(LOCKS[lock])
        with pytest.raises(ProjectError, match="in time"):
            _read(databases, name, "SELECT * FROM public.job")


def test_a_statement_without_end_is_told(databases: Databases, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinned, "PINNED", pinned.PINNED.replace("statement_timeout=300s", "statement_timeout=50ms"))
    with pytest.raises(ProjectError, match="in time"):
        _read(databases, name, "SELECT pg_sleep(600)")
