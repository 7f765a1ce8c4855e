from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg2
import pytest

from bot.database.databases import Databases
from bot.database.embedded.disk_full import OutOfSpaceProbe
from bot.database.servers import Server
from bot.errors import MemoryDiskFullError, ProjectError, ToolError
from tests.support.servers import ask
from tests.support.waiting import wait_until


def test_a_database_belongs_to_the_projects_role(databases: Databases) -> None:
    name = databases.create("new")
    ask(databases.address(name), "CREATE TABLE t (a int); CREATE SCHEMA s; CREATE EXTENSION citext")
    [(owner,)] = ask(databases.address(name), "SELECT tableowner FROM pg_tables WHERE tablename = 't'")
    assert owner == databases.server.project.user


def test_a_copy_has_the_rows_and_settings_of_its_template(databases: Databases) -> None:
    name = databases.create("old")
    address = databases.address(name)
    ask(address, "CREATE TABLE t AS SELECT 1 AS a")
    ask(address, f'ALTER DATABASE "{name}" SET search_path TO "$user", public, "Odd, Name"')
    ask(address, f"ALTER DATABASE \"{name}\" SET work_mem TO '7MB'")
    ask(databases.server.admin, f"ALTER DATABASE \"{name}\" SET app.tenant TO 'it''s'")
    [before] = ask(address, "SELECT current_setting('search_path')")
    copy = databases.address(databases.create("copy", name))
    assert ask(copy, "SELECT a FROM t") == [(1,)]
    assert ask(copy, "SELECT current_setting('search_path')") == [before]
    assert ask(copy, "SELECT current_setting('work_mem'), current_setting('app.tenant')") == [("7MB", "it's")]


def test_a_hostile_setting_is_copied_as_a_value(databases: Databases) -> None:
    name = databases.create("hostile")
    ask(
        databases.address(name),
        "SELECT set_config('search_path', 'x;CREATE/**/ROLE/**/evil', false);"
        f'ALTER DATABASE "{name}" SET search_path FROM CURRENT',
    )
    databases.create("copy", name)
    assert ask(databases.server.admin, "SELECT 1 FROM pg_roles WHERE rolname = 'evil'") == []


def test_sessions_of_a_template_are_ended(databases: Databases) -> None:
    name = databases.create("busy")
    with closing(databases.address(name).connect()) as held, closing(databases.connect(name)):
        databases.create("copy", name)
        with pytest.raises(psycopg2.OperationalError):
            held.cursor().execute("SELECT 1")


def test_the_same_label_gives_another_name(databases: Databases) -> None:
    names = [databases.create("ProofOutcome of: it"), databases.create("ProofOutcome of: it")]
    assert len(set(names)) == 2


def test_a_long_label_makes_a_name_that_the_server_keeps(databases: Databases) -> None:
    name = databases.create("x" * 200)
    assert ask(databases.address(name), "SELECT current_database()::text") == [(name,)]


def test_a_temporary_database_is_gone_afterwards(databases: Databases) -> None:
    with databases.temporary("trial") as name:
        assert ask(databases.address(name), "SELECT 1") == [(1,)]
    with pytest.raises(ToolError, match="does not exist"):
        databases.address(name).connect()


def test_what_is_made_ahead_is_given_to_who_asks_first(databases: Databases) -> None:
    databases.ahead(["one", "two", "three"])
    wait_until(lambda: len(databases.names()) == 3)
    made = [databases.create("two"), databases.create("two"), databases.create("one")]
    assert made == ["two", "two_2", "one"]
    assert set(databases.names()) == {"one", "two", "three", "two_2"}
    assert [ask(databases.address(name), "SELECT 1") for name in databases.names()] == [[(1,)]] * 4


def test_who_comes_before_does_not_wait_for_the_others(databases: Databases) -> None:
    databases.ahead(["one", "two", "three"])
    made = [databases.create("three"), databases.create("one"), databases.create("two")]
    assert made == ["three", "one", "two"]
    assert sorted(databases.names()) == sorted(made)


def test_copies_are_not_made_ahead(databases: Databases) -> None:
    old = databases.create("old")
    ask(databases.address(old), "CREATE TABLE t ()")
    databases.ahead(["copy"])
    wait_until(lambda: "copy" in databases.names())
    copy = databases.create("copy", old)
    assert ask(databases.address(copy), "SELECT count(*) FROM t") == [(0,)]


def test_what_cannot_be_made_ahead_is_an_error_for_who_asks(databases: Databases) -> None:
    databases.template = "no_such_template"
    databases.ahead(["new"])
    with pytest.raises(ToolError, match="no_such_template"):
        databases.create("new")
    databases.template = ""


def test_what_was_made_ahead_for_nobody_is_gone_in_the_end(server: Server) -> None:
    ours = replace(server, private=False)
    with Databases(ours) as databases:
        databases.ahead(["one", "two", "three"])
        one = databases.create("one")
    left = ask(server.admin, "SELECT datname FROM pg_database WHERE datname LIKE 'migration\\_bot\\_%'")
    assert left == [], one


def test_a_full_memory_is_no_verdict(server: Server, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.touch()
    in_memory = replace(server, private=False, full=OutOfSpaceProbe(log), in_memory=True)
    with Databases(in_memory) as databases:
        with databases.translating_server_failures():
            databases.create("new")
        log.write_text("could not write to file: No space left on device\n")
        with pytest.raises(MemoryDiskFullError), databases.translating_server_failures():
            raise ProjectError("the upgrade failed")
        with pytest.raises(MemoryDiskFullError):
            databases.create("another")
        with pytest.raises(MemoryDiskFullError), databases.translating_server_failures():
            pass


def test_a_full_disk_is_no_verdict(server: Server, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("could not extend file: No space left on device\n")
    on_disk = replace(server, private=False, full=OutOfSpaceProbe(log), in_memory=False)
    with Databases(on_disk) as databases:
        with pytest.raises(ToolError, match="no room left"), databases.translating_server_failures():
            raise ProjectError("the upgrade failed")
        with pytest.raises(ToolError, match="no room left"):
            databases.create("another")
        with pytest.raises(ToolError, match="no room left") as raised, databases.translating_server_failures():
            pass
    assert raised.value.kind == "server"


def test_only_databases_of_this_run_are_dropped(databases: Databases) -> None:
    with pytest.raises(ValueError, match="not a database of this run"):
        databases.drop("postgres")


def test_catalogs_are_read_without_the_projects_functions(databases: Databases) -> None:
    name = databases.create("shadow")
    ask(databases.address(name), "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    with closing(databases.connect(name)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path'), current_setting('is_superuser')")
        assert cursor.fetchall() == [("pg_catalog,pg_temp", "on")]


@pytest.mark.parametrize(
    "attempt",
    [
        "COPY (SELECT 1) TO PROGRAM 'cat'",
        "CREATE TABLE t (a text); COPY t FROM '/etc/passwd'",
        "SELECT pg_read_file('postgresql.conf')",
        "SELECT pg_ls_dir('.')",
        "SELECT lo_import('/etc/passwd')",
        "ALTER ROLE CURRENT_USER SUPERUSER",
        "SET ROLE postgres",
        "SET ROLE migration_bot_setup",
        "SET SESSION AUTHORIZATION postgres",
        "CREATE ROLE another",
        "CREATE DATABASE another",
        "GRANT pg_execute_server_program TO CURRENT_USER",
        "CREATE EXTENSION dblink",
        "CREATE EXTENSION file_fdw",
        "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'libc', 'getpid'",
        "ALTER SYSTEM SET archive_command = 'x'",
        "SELECT rolpassword FROM pg_authid",
        "SELECT pg_reload_conf()",
        "LOAD '/tmp/x.so'",
    ],
)
def test_the_projects_role_cannot_reach_beyond_its_databases(databases: Databases, attempt: str) -> None:
    address = databases.address(databases.create("cage"))
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(address, attempt)


def test_the_projects_role_has_no_other_database(server: Server) -> None:
    names = [name for (name,) in ask(server.admin, "SELECT datname FROM pg_database")]
    assert "template1" in names
    for name in map(str, names):
        with pytest.raises(ToolError, match="permission denied"):
            server.project.with_database(name).connect()


def test_a_server_that_refuses_is_a_tool_error(databases: Databases) -> None:
    with pytest.raises(ToolError, match="does not exist"):
        databases.create("copy", "no_such_template")
