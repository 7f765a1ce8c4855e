import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest

from bot.database.addresses import Address
from bot.database.databases import Databases
from bot.database.embedded import prepared, programs
from bot.database.embedded.process import PORT, Place, running
from bot.database.servers import Context, Server, start
from bot.database.setup import run_setup
from bot.errors import ProjectError, ToolError, UsageError
from bot.system.run_directories import run_directory
from tests.support.servers import ask
from tests.support.troubleshooting import appears
from tests.support.waiting import wait_until

pytestmark = pytest.mark.usefixtures("as_others_have")
OURS = (
    "SELECT datname::text FROM pg_database WHERE datname ~ '^migration_bot_[0-9a-f]{8}_'"
    " UNION ALL SELECT rolname::text FROM pg_roles WHERE rolname ~ '^migration_bot_[0-9a-f]{8}_'"
)


def _url_of(address: Address) -> str:
    password = quote(address.password, safe="")
    return f"postgresql://{address.user}:{password}@/{address.dbname}?host={quote(address.host)}"


@pytest.fixture
def guest(request: pytest.FixtureRequest, server: Server) -> Iterator[Address]:
    """A role of the server's with the rights that the test names, and a database to start from."""
    ask(server.admin, f"CREATE ROLE guest LOGIN PASSWORD 'p@ss' {request.param}")
    ask(server.admin, "CREATE DATABASE guests")
    yield replace(server.admin, user="guest", password="p@ss", dbname="guests")
    ask(server.admin, "DROP DATABASE guests")
    ask(server.admin, "DROP ROLE guest")


def test_a_superusers_url_gives_everything_and_leaves_nothing(server: Server, context: Context) -> None:
    with start(_url_of(server.admin), context) as by_url:
        assert (by_url.version, by_url.major, by_url.private) == (server.version, server.major, False)
        assert by_url.project.user != by_url.admin.user
        with Databases(by_url) as databases:
            run_setup(databases, ["CREATE EXTENSION dblink; CREATE TABLE t (a int)"])
            name = databases.create("old")
            assert name.startswith("migration_bot_")
            ask(databases.address(name), "ALTER TABLE t ADD b int")
            copy = databases.create("copy", name)
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                ask(databases.address(copy), "COPY (SELECT 1) TO PROGRAM 'cat'")
    assert ask(server.admin, OURS) == []


@pytest.mark.parametrize("guest", ["CREATEDB CREATEROLE"], indirect=True)
def test_a_role_that_may_make_roles_gives_the_project_its_own(guest: Address, server: Server, context: Context) -> None:
    with start(_url_of(guest), context) as by_url, Databases(by_url) as databases:
        assert by_url.project.user != "guest"
        run_setup(databases, ["CREATE TABLE t (a int)"])
        name = databases.create("old")
        ask(databases.address(name), "ALTER TABLE t ADD b int")
        with databases.temporary("trial", name) as copy:
            ask(databases.address(copy), "DROP TABLE t")
    assert ask(server.admin, OURS) == []


@pytest.mark.parametrize("guest", ["CREATEDB"], indirect=True)
def test_a_role_that_may_only_make_databases_serves_as_both_where_that_is_accepted(
    guest: Address, server: Server, context: Context
) -> None:
    """B13: the project's code is that role, with all that it owns."""
    with pytest.raises(UsageError, match="would run as 'guest', the URL's own role") as caught, ExitStack() as stack:
        stack.enter_context(start(_url_of(guest), context))
    assert "--allow-shared-server" in caught.value.advice
    appears("would run as …, the URL's own role", caught.value.message)
    accepted = replace(context, shared_server=True)
    with start(_url_of(guest), accepted) as by_url, Databases(by_url) as databases:
        assert by_url.project.user == by_url.admin.user
        assert not by_url.project.trusted
        assert "may not create roles" in by_url.notes[0]
        run_setup(databases, ["CREATE TABLE t (a int)"])
        with databases.temporary("trial", databases.create("old")) as copy:
            ask(databases.address(copy), "DROP TABLE t")
    assert ask(server.admin, OURS) == []


@pytest.mark.parametrize("guest", [""], indirect=True)
def test_a_role_without_rights_is_refused(guest: Address, context: Context) -> None:
    with pytest.raises(UsageError, match="'guest' may not create databases") as caught, ExitStack() as stack:
        stack.enter_context(start(_url_of(guest), context))
    assert "CREATEDB" in caught.value.advice
    appears("may not create databases on …", caught.value.message)


def test_nothing_is_left_after_an_error(server: Server, context: Context) -> None:
    def interrupted() -> None:
        with start(_url_of(server.admin), context) as by_url, Databases(by_url) as databases:
            databases.create("old")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert ask(server.admin, OURS) == []


@pytest.fixture
def of_somebody(tmp_path: Path, context: Context, server: Server) -> Iterator[Address]:
    """A server that is there again after a crash, as those are that live longer than a run."""
    account = context.accounts.server
    found = programs.find(account)
    with run_directory(Path("/tmp")) as folder:
        place = Place(folder / "server", account, tmp_path / "log")
        place.home.mkdir()
        account.own(place.home)
        password = prepared.unpack(context.cache_dir / "postgres" / prepared.archive_name(found), place)
        with running(found, place, {"restart_after_crash": "on"}):
            address = Address(str(place.home), PORT, prepared.ADMIN, password, prepared.DATABASE)
            ask(address, "CREATE DATABASE postgres")
            yield address


def test_a_server_that_crashes_and_comes_back_is_no_verdict_and_keeps_nothing(
    of_somebody: Address, context: Context
) -> None:
    def crash(databases: Databases) -> None:
        session = databases.address(databases.create("old")).connect()
        with databases.translating_server_failures():
            os.kill(session.info.backend_pid, signal.SIGKILL)
            wait_until(lambda: _crashed(databases.server.admin))
            raise ProjectError("the upgrade failed")

    with start(_url_of(of_somebody), context) as by_url:
        with pytest.raises(ToolError, match="stopped in the middle") as raised, Databases(by_url) as databases:
            crash(databases)
        assert raised.value.kind == "server"
    assert ask(of_somebody, OURS) == []


def test_a_session_that_is_ended_is_no_verdict(server: Server, context: Context) -> None:
    def end(databases: Databases) -> None:
        databases.create("old")
        with databases.translating_server_failures():
            ask(server.admin, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    with (
        start(_url_of(server.admin), context) as by_url,
        pytest.raises(ToolError, match="stopped in the middle"),
        Databases(by_url) as databases,
    ):
        end(databases)
    assert ask(server.admin, OURS) == []


def _crashed(address: Address) -> bool:
    """Whether the server ends its sessions, or is not there yet."""
    try:
        ask(address, "SELECT pg_sleep(0.05)")
    except (ToolError, psycopg2.Error):
        return True
    return False


def test_an_address_that_is_wrong_is_told_without_its_password(server: Server, context: Context) -> None:
    wrong = _url_of(replace(server.admin, password="s3cret"))
    with pytest.raises(ToolError, match="password authentication failed") as caught, ExitStack() as stack:
        stack.enter_context(start(wrong, context))
    appears("cannot connect to the database server", caught.value.message)
    assert "s3cret" not in caught.value.message


def test_a_url_that_cannot_be_read_is_told_without_its_password(context: Context) -> None:
    with pytest.raises(UsageError, match="cannot be read") as caught, ExitStack() as stack:
        stack.enter_context(start("postgresql://me:s3cret@[host/db", context))
    assert "s3cret" not in caught.value.message
