"""The bot's own sessions in databases that hostile code has written to: what is set or locked there changes nothing."""

import os
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.database import deadlines, pinned
from bot.database.databases import Databases
from bot.errors import ProjectError
from bot.schema import snapshots
from bot.schema.compare import compare
from bot.schema.snapshots import take
from tests.support.servers import ask
from tests.support.troubleshooting import appears
from tests.support.waiting import wait_until

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
TOGETHER = 1 if os.environ.get("MIGRATION_BOT_TESTS") == "all" else 8  # settings in one reading of the catalog
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
    with pytest.raises(ProjectError) as caught:
        _read(databases, name, "SELECT pg_sleep(600)")
    appears("the catalogs could not be read in time", caught.value.message)


STUBBORN = """
CREATE FUNCTION stay() RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
  IF current_setting('application_name') = 'migration-bot' THEN
    LOOP BEGIN PERFORM pg_sleep(600); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP;
  END IF; RETURN 1; END $$;
CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM public.stay(); RETURN NEW; END $$;
CREATE TRIGGER guard BEFORE INSERT ON job FOR EACH ROW EXECUTE FUNCTION guard();
SET application_name = 'other';
CREATE INDEX ON job (stay());
"""


@pytest.mark.parametrize("reading", [True, False])
def test_a_statement_that_catches_its_time_out_is_told(
    databases: Databases, name: str, reading: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A function of the project's may refuse to be cancelled: the bot waited for it without end."""
    assert deadlines.NAME in {thread.name for thread in threading.enumerate()}
    for setting in ("PINNED", "BOUNDED"):
        words = getattr(pinned, setting).replace("statement_timeout=300s", "statement_timeout=100ms")
        monkeypatch.setattr(pinned, setting, words)
    monkeypatch.setattr(deadlines, "_LOOK", 0.2)
    monkeypatch.setattr(deadlines, "_BEYOND", 0.5)
    ask(databases.address(name), STUBBORN)
    open_one = databases.reading_session(name) if reading else closing(databases.address(name).connect())
    statement = "SELECT id FROM ONLY public.job" if reading else "INSERT INTO public.job VALUES (1)"
    with (
        deadlines.kept(databases.server.admin, databases._admin.ask),
        pytest.raises(ProjectError, match="could not be read"),
        databases.translating_server_failures(),
        open_one as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


AS_READER = """
CREATE FUNCTION act() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {act}; END $$;
CREATE FUNCTION trap() RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
  IF current_user = 'migration_bot_reader' THEN PERFORM public.act(); END IF; RETURN 1; END $$
"""
TRAPS = {
    "raises": ("RAISE 'no reading'", "no reading"),
    "ends the session": ("PERFORM pg_terminate_backend(pg_backend_pid())", "the rows could not be read"),
    "calls itself": ("PERFORM public.trap()", "stack depth limit exceeded"),
    "writes": ("INSERT INTO public.job VALUES (7)", "read-only transaction"),
    "lets itself write": ("SET transaction_read_only = off; INSERT INTO public.job VALUES (7)", "could not be read"),
    "takes its time": ("PERFORM pg_sleep(600)", "in time"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_what_stands_in_the_way_of_reading_rows_is_told(
    databases: Databases, name: str, trap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planner runs functions of index expressions: their errors were taken for errors of the bot's."""
    monkeypatch.setattr(pinned, "PINNED", pinned.PINNED.replace("statement_timeout=300s", "statement_timeout=500ms"))
    act, told = TRAPS[trap]
    ask(databases.address(name), AS_READER.format(act=act))
    ask(databases.address(name), "CREATE INDEX ON job (trap())")
    with (
        pytest.raises(ProjectError, match=told) as caught,
        databases.translating_server_failures(),
        databases.reading_session(name) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT id FROM ONLY public.job")
    if trap != "takes its time":
        appears("the rows could not be read", caught.value.message)
    assert ask(databases.address(name), "SELECT id FROM job") == []


@pytest.mark.parametrize("place", ["public", "shop"])
def test_a_function_that_is_inlined_finds_what_it_calls(databases: Databases, name: str, place: str) -> None:
    """Also where the database was given a path after the session had begun."""
    with databases.reading_session(name) as connection:
        before = connection.info.backend_pid
    helper = f"CREATE FUNCTION {place}.helper(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1'"
    caller = "CREATE FUNCTION caller(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT helper($1)'"
    path = f'ALTER DATABASE "{name}" SET search_path = {place}, public'
    for statement in (f"CREATE SCHEMA IF NOT EXISTS {place}", helper, *([path] if place != "public" else [])):
        ask(databases.address(name), statement)
    for statement in (caller, "CREATE INDEX ON public.job (caller(id))"):
        ask(databases.address(name), statement)
    with databases.reading_session(name) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ONLY public.job")
        assert (connection.info.backend_pid, cursor.fetchall()) == (before, [])


CLAIMS = {
    "raised for the log": "DO $$ BEGIN RAISE LOG 'could not extend file: No space left on device'; END $$",
    "raised with the code": (
        "DO $$ BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
    ),
    "raised on several lines": (
        "DO $$ BEGIN RAISE LOG E'x\n2026-01-01 00:00:00.000 UTC [1] PANIC:  53100: No space left on device"
        "\n2026-01-01 00:00:00.000 UTC [1] LOCATION:  mdextend, md.c:1'; END $$"
    ),
    "a value": "SELECT 'No space left on device'::int",
    "a name": 'SELECT * FROM "No space left on device"',
    "a statement": "SELECT 1/0 -- ERROR:  53100: No space left on device",
    "a setting": "SET application_name = 'No space left on device'; SELECT 1/0",
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_nobody_but_the_server_says_that_it_has_no_room(databases: Databases, name: str, claim: str) -> None:
    """B18: a line of the server's log was believed, whoever had it written."""
    with suppress(psycopg2.Error):
        ask(databases.address(name), CLAIMS[claim])
    assert not databases.server.full()


def test_what_is_set_for_a_database_reads_no_other_catalog(databases: Databases, name: str) -> None:
    """Every setting that the project's role can give its database, with values at both of its ends."""
    admin = databases.server.admin
    with closing(databases.connect(name)) as connection, connection.cursor() as cursor:
        before = take(connection)
        cursor.execute("SELECT name, vartype, enumvals, min_val, max_val FROM pg_settings WHERE context = 'user'")
        settings = cursor.fetchall()
    ends = {"bool": ["on", "off"], "string": ["", "x", "project"]}
    pairs = [
        (turn, setting, value)
        for setting, kind, words, low, high in [*settings, ("role", "string", None, None, None)]
        for turn, value in enumerate(ends.get(kind) or (words[:1] + words[-1:] if words else [low, "1", high]))
    ]
    pairs.sort(key=lambda pair: pair[0])  # no setting is twice in a handful
    for start in range(0, len(pairs), TOGETHER):
        given = pairs[start : start + TOGETHER]
        for _, setting, value in given:
            with suppress(psycopg2.Error):
                ask(admin, f"ALTER DATABASE \"{name}\" SET {setting} = '{value}'")
        with closing(databases.connect(name)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT current_user::text")
            assert cursor.fetchone() == (admin.user,), given
            changed = [found for found in compare(before, take(connection)) if found.key.kind != "setting"]
        assert changed == [], given
        ask(admin, f'ALTER DATABASE "{name}" RESET ALL')


def test_what_ends_idle_ones_does_not_end_the_bots(databases: Databases, name: str) -> None:
    ask(databases.address(name), f'ALTER DATABASE "{name}" SET idle_session_timeout = 1')
    with closing(databases.address(name).connect()) as connection:
        wait_until(lambda: _is_ended(connection))
    with closing(databases.connect(name)) as connection:
        wait_until(lambda: ask(databases.server.admin, "SELECT pg_sleep(0.05)") != [])
        assert take(connection).objects


def _is_ended(connection: Connection) -> bool:
    try:
        connection.cursor().execute("SELECT pg_sleep(0.01)")
    except psycopg2.Error:
        return True
    return False


LARGE = {
    "comment": "COMMENT ON TABLE job IS %L",
    "comment on the schema": "COMMENT ON SCHEMA public IS %L",
    "function": "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS %L",
    "view": "CREATE VIEW v AS SELECT %L AS a",
    "check": "ALTER TABLE job ADD CHECK (id::text <> %L)",
}


@pytest.mark.parametrize("what", LARGE)
def test_a_catalog_beyond_any_memory_is_not_read(
    databases: Databases, name: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server keeps a text of a gigabyte in a few kilobytes; read, it was in the bot's memory several times."""
    monkeypatch.setattr(snapshots, "LARGEST", 2_000_000)
    text = "'SELECT 1 -- ' || repeat('x', 3000000)"
    ask(databases.address(name), f"DO $$ BEGIN EXECUTE format('{LARGE[what]}', {text}); END $$")
    with pytest.raises(ProjectError, match="too much to be compared"), databases.session(name) as connection:
        take(connection)
