from pathlib import Path

import pytest

from bot.database.databases import Databases
from bot.database.setup import run_setup
from bot.errors import UsageError
from tests.support.servers import ask
from tests.support.troubleshooting import appears


def test_every_new_database_has_what_setup_made(databases: Databases) -> None:
    run_setup(
        databases,
        [
            "CREATE EXTENSION dblink; CREATE SCHEMA app; CREATE TABLE app.t (a int DEFAULT 1);",
            "CREATE FUNCTION app.f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END; VACUUM",
        ],
    )
    for address in map(databases.address, (databases.create("one"), databases.create("two"))):
        ask(address, "ALTER TABLE app.t ADD b int; DROP FUNCTION app.f(); CREATE VIEW app.v AS SELECT 1")
        assert ask(address, "SELECT extname FROM pg_extension WHERE extname = 'dblink'") == [("dblink",)]


def test_roles_of_setup_may_be_used(databases: Databases) -> None:
    run_setup(
        databases,
        ["CREATE ROLE app_owner; CREATE ROLE app_boss SUPERUSER; GRANT ALL ON SCHEMA public TO app_owner"],
    )
    try:
        address = databases.address(databases.create("roles"))
        ask(address, "CREATE TABLE t (a int); ALTER TABLE t OWNER TO app_owner")
        assert ask(address, "SELECT pg_has_role(current_user, 'app_boss', 'member')") == [(False,)]
    finally:
        for name in list(databases.names()):
            databases.drop(name)
        ask(databases.server.admin, "DROP ROLE app_owner, app_boss")


def test_statements_that_stand_alone_work(databases: Databases, tmp_path: Path) -> None:
    folder = Path(databases.server.admin.host) / "space"
    run_setup(
        databases,
        [
            # The server itself makes the folder: it may be another account's.
            f"COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; mkdir {folder}';",
            f"CREATE TABLESPACE fast LOCATION '{folder}'; -- cannot run in a transaction",
        ],
    )
    address = databases.address(databases.create("spaces"))
    ask(address, "CREATE TABLE t (a int) TABLESPACE fast")
    ask(address, "DROP TABLE t")
    ask(databases.server.admin, "DROP TABLESPACE fast")


def test_what_only_superusers_may_own_stays_with_one(databases: Databases) -> None:
    run_setup(
        databases,
        [
            "CREATE FUNCTION tell() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;"
            "CREATE EVENT TRIGGER told ON ddl_command_end EXECUTE FUNCTION tell();"
            "CREATE FOREIGN DATA WRAPPER none;"
            "CREATE TABLE t (a int)"
        ],
    )
    owners = ask(
        databases.address(databases.create("owners")),
        "SELECT evtowner::regrole::text FROM pg_event_trigger"
        " UNION ALL SELECT proowner::regrole::text FROM pg_proc WHERE proname = 'tell'"
        " UNION ALL SELECT fdwowner::regrole::text FROM pg_foreign_data_wrapper"
        " UNION ALL SELECT relowner::regrole::text FROM pg_class WHERE relname = 't'",
    )
    assert owners == [("postgres",)] * 3 + [("project",)]


def test_an_error_quotes_the_statement_and_the_server(databases: Databases) -> None:
    with pytest.raises(UsageError) as caught:
        run_setup(databases, ["SELECT 1; CREATE EXTENSION no_such_thing; SELECT 2"])
    assert "CREATE EXTENSION no_such_thing" in caught.value.message
    assert "is not available" in caught.value.message
    appears("--setup failed", caught.value.message)
    assert "SELECT 2" not in caught.value.message


def test_a_transaction_has_to_end(databases: Databases) -> None:
    with pytest.raises(UsageError, match="does not end"):
        run_setup(databases, ["BEGIN; CREATE TABLE t (a int)"])


def test_without_setup_no_database_is_made(databases: Databases) -> None:
    run_setup(databases, [])
    assert databases.names() == ()
