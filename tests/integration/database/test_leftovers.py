"""On a server by URL: nothing stays, neither of this run nor of one that was killed."""

import secrets
from contextlib import closing
from dataclasses import replace
from urllib.parse import quote

import pytest

from bot.database import leftovers
from bot.database.databases import Databases
from bot.database.servers import Context, Server, start
from bot.errors import ToolError, UsageError
from tests.support.servers import ask
from tests.support.troubleshooting import appears
from tests.support.waiting import wait_until

pytestmark = pytest.mark.usefixtures("as_others_have")
OURS = (
    "SELECT datname::text FROM pg_database WHERE datname ~ '^migration_bot_[0-9a-f]{8}_'"
    " UNION ALL SELECT rolname::text FROM pg_roles WHERE rolname ~ '^migration_bot_[0-9a-f]{8}_'"
)


def _url(server: Server) -> str:
    admin = server.admin
    return f"postgresql://{admin.user}:{quote(admin.password, safe='')}@/{admin.dbname}?host={quote(admin.host)}"


@pytest.fixture
def elsewhere(server: Server) -> str:
    """A database of somebody else's that PUBLIC may connect to."""
    ask(server.admin, "DROP DATABASE IF EXISTS elsewhere")
    ask(server.admin, "CREATE DATABASE elsewhere")
    return "elsewhere"


LEAVINGS = {
    "a large object": "SELECT lo_create(0)",
    "a table for the time of a session": "CREATE TEMP TABLE t (a int)",
    "a comment on a large object": "SELECT lo_create(4711); COMMENT ON LARGE OBJECT 4711 IS 'x'",
    "privileges": "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
}


@pytest.mark.parametrize("what", LEAVINGS)
def test_what_the_projects_role_leaves_elsewhere_goes_with_it(
    server: Server, context: Context, elsewhere: str, what: str
) -> None:
    """B11: a large object in another database kept the roles alive, a superuser among them."""
    with start(_url(server), context) as by_url:
        ask(by_url.project.with_database(elsewhere), LEAVINGS[what])
    assert ask(server.admin, OURS) == []
    assert ask(server.admin.with_database(elsewhere), "SELECT count(*) FROM pg_largeobject_metadata") == [(0,)]


SOMETHING = {
    "a table": "CREATE TABLE customers (name text)",
    "a view": "CREATE VIEW customers AS SELECT 'x' AS name",
    "a function": "CREATE FUNCTION customers() RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$",
    "a large object": "SELECT lo_create(0)",
}


@pytest.mark.parametrize("what", SOMETHING)
def test_a_server_with_other_databases_within_reach_is_refused_unless_accepted(
    server: Server, context: Context, elsewhere: str, what: str
) -> None:
    """B11: the project's role could read what PUBLIC may in the server's other databases."""
    ask(server.admin.with_database(elsewhere), SOMETHING[what])
    with pytest.raises(UsageError, match=f"other databases of the server: {elsewhere}") as caught:  # noqa: SIM117
        with start(_url(server), context):
            pass
    assert "--allow-shared-server" in caught.value.advice
    appears("could connect to other databases of the server", caught.value.message)
    assert ask(server.admin, OURS) == []
    with start(_url(server), replace(context, shared_server=True)) as by_url:
        assert [note for note in by_url.notes if elsewhere in note]
    ask(server.admin, "REVOKE CONNECT ON DATABASE elsewhere FROM PUBLIC")
    with start(_url(server), context) as by_url:
        assert by_url.notes == ()
        with pytest.raises(ToolError, match="permission denied"):
            by_url.project.with_database(elsewhere).connect()


def test_databases_in_which_nothing_is_are_no_reason_to_refuse(
    server: Server, context: Context, elsewhere: str
) -> None:
    """A service of a job brings one that nobody has used."""
    with start(_url(server), context) as by_url:
        assert by_url.notes == ()
        assert ask(by_url.project.with_database(elsewhere), "SELECT 1") == [(1,)]


def test_of_another_run_nothing_is_within_reach(server: Server, context: Context) -> None:
    with start(_url(server), context) as first, Databases(first) as databases:
        name = databases.create("old")
        ask(databases.address(name), "CREATE TABLE t (a int)")
        with start(_url(server), context) as second:
            for other in (name, server.admin.dbname):
                with pytest.raises(ToolError, match="permission denied"):
                    second.project.with_database(other).connect()


def test_what_a_killed_run_left_is_removed_by_the_next(server: Server, context: Context) -> None:
    for name in ("migration_bot_0123abcd_old", 'migration_bot_0123abcd_"; DROP'):
        quoted = name.replace('"', '""')
        ask(server.admin, f'CREATE DATABASE "{quoted}"')
    ask(server.admin, "CREATE ROLE migration_bot_0123abcd_setup SUPERUSER")
    ask(server.admin, "CREATE ROLE migration_bot_0123abcd_project LOGIN")
    ask(server.admin, "ALTER DATABASE migration_bot_0123abcd_old OWNER TO migration_bot_0123abcd_project")
    ask(server.admin.with_database("migration_bot_0123abcd_old"), "SELECT lo_create(0)")
    with start(_url(server), context):
        assert not [row for row in ask(server.admin, OURS) if "0123abcd" in str(row)]
    assert ask(server.admin, OURS) == []


def test_what_is_not_a_runs_stays(server: Server, context: Context) -> None:
    names = [
        "migration_bot_mine",
        "migration_bot_0123abcdef_x",
        "x_migration_bot_0123abcd_x",
        "migration_bot_0123ABCD_x",
    ]
    for name in names:
        ask(server.admin, f'CREATE ROLE "{name}"')
    with start(_url(server), context):
        pass
    for name in names:
        ask(server.admin, f'DROP ROLE "{name}"')


def test_another_run_at_the_same_time_keeps_its_own(server: Server, context: Context) -> None:
    with start(_url(server), context) as first, Databases(first) as databases:
        name = databases.create("old")
        with start(_url(server), context) as second:
            assert second.prefix != first.prefix
            assert name in [found for (found,) in ask(server.admin, OURS)]
            assert ask(databases.address(name), "SELECT 1") == [(1,)]
    assert ask(server.admin, OURS) == []


@pytest.mark.parametrize("number", [0, 1, (1 << 31) - 1, 1 << 31, (1 << 32) - 1])
def test_a_run_is_known_by_its_lock_whatever_its_number(
    server: Server, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(secrets, "randbits", lambda _bits: number)
    with closing(server.admin.connect()) as holder, closing(server.admin.connect()) as connection:
        prefix = leftovers.claimed_prefix(holder)
        ask(server.admin, f"CREATE ROLE {prefix}project")
        leftovers.sweep(server.admin, connection)
        assert ask(server.admin, OURS) == [(f"{prefix}project",)]
        holder.close()
        # The server notices a moment later.
        wait_until(lambda: ask(server.admin, "SELECT 1 FROM pg_locks WHERE locktype = 'advisory'") == [])
        leftovers.sweep(server.admin, connection)
    assert ask(server.admin, OURS) == []


def test_a_server_with_nothing_but_its_template_is_told(server: Server, context: Context) -> None:
    ask(server.admin, "DROP DATABASE IF EXISTS elsewhere")
    ask(server.admin, "ALTER DATABASE postgres ALLOW_CONNECTIONS false")
    try:
        with pytest.raises(ToolError, match="but template1, which has to be left alone"), start(_url(server), context):
            pass
    finally:
        ask(server.admin, "ALTER DATABASE postgres ALLOW_CONNECTIONS true")
