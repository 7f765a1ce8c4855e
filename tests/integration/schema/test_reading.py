"""Reading a real catalog: what is left out, what depends on what, and what stays of the session."""

import re
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from bot.database.databases import Databases
from bot.database.embedded import programs
from bot.model import ObjectKey
from bot.schema.compare import compare
from bot.schema.snapshots import Snapshot, queries, take
from bot.system import accounts, run
from tests.integration.schema.conftest import After, execute, snapshot


def test_one_of_every_kind_is_found(rich_snapshot: Snapshot) -> None:
    assert {kind for kind in queries() if not rich_snapshot.of(kind)} == set()


def test_names_that_need_care_are_read_as_they_are(rich_snapshot: Snapshot) -> None:
    schema, table = 'odd %s "names"', 'Käse "x" 100%'
    columns = rich_snapshot.children("column", schema, table)
    assert [key.name for key in columns] == [
        "Größe %s",
        "select",
        "abcdefghijklmnopqrstuvwxyz_abcdefghijklmnopqrstuvwxyz_123456789",
    ]
    assert rich_snapshot.objects[ObjectKey("index", schema, table, 'an "odd" one')]["columns"] == ["Größe %s"]


def test_members_of_extensions_and_temporary_objects_are_left_out(databases: Databases, rich: str) -> None:
    with databases.temporary("copy", rich) as name, closing(databases.connect(name)) as connection:
        before = take(connection)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE gone_soon (id serial PRIMARY KEY)")
        assert compare(before, take(connection)) == []
    assert [key for key in before.of("function") if "hstore" in key.name] == []


def test_ignored_relations_go_with_all_that_is_below_them(databases: Databases, after: After) -> None:
    made = "CREATE FUNCTION version() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (id int);"
    ignored = "CREATE TABLE version (id serial PRIMARY KEY, n int CHECK (n > 0)); CREATE INDEX i ON version (n);"
    with databases.temporary("ignore") as name:
        execute(databases, name, made + ignored)
        found = snapshot(databases, name, (("public", "version"),))
    expected = after(made)
    assert compare(found, expected) == []
    assert found.depends == expected.depends
    assert ObjectKey("function", "public", "", "version()") in found.objects


@pytest.mark.parametrize(
    ("dependent", "ground"),
    [
        (("view", "shop", "", "richest"), ("view", "shop", "", "rich")),
        (("view", "shop", "", "rich"), ("column", "shop", "orders", "price")),
        (("index", "shop", "sums", "sums_idx"), ("materialized_view", "shop", "", "sums")),
        (("column", "shop", "customer", "feelings"), ("enum", "shop", "", "mood")),
        (("domain", "shop", "", "moods"), ("enum", "shop", "", "mood")),
        (("column", "shop", "customer", "id"), ("sequence", "shop", "", "customer_id_seq")),
        (("column", "shop", "orders", "due"), ("column", "shop", "orders", "price")),
        (("constraint", "shop", "orders", "orders_customer_fkey"), ("column", "shop", "customer", "id")),
        (
            ("constraint", "shop", "orders", "orders_customer_fkey"),
            ("constraint", "shop", "customer", "customer_pkey"),
        ),
        (("index", "shop", "orders", "orders_price_idx"), ("column", "shop", "orders", "amount")),
        (("policy", "shop", "orders", "mine"), ("column", "shop", "orders", "amount")),
        (("trigger", "shop", "orders", "touched"), ("function", "shop", "", "touch()")),
        (("event_trigger", "", "", "watch"), ("function", "shop", "", "noted()")),
        (("table", "public", "", "typed"), ("composite", "shop", "", "size")),
        (("table", "shop", "", "orders"), ("schema", "", "", "shop")),
    ],
)
def test_dependencies(
    rich_snapshot: Snapshot, dependent: tuple[str, str, str, str], ground: tuple[str, str, str, str]
) -> None:
    assert (ObjectKey(*dependent), ObjectKey(*ground)) in rich_snapshot.depends


def test_dependencies_are_between_objects_that_are_there(rich_snapshot: Snapshot) -> None:
    assert {key for pair in rich_snapshot.depends for key in pair} <= rich_snapshot.objects.keys()


def test_helpers_of_foreign_keys_to_partitioned_tables_are_left_out(rich_snapshot: Snapshot) -> None:
    names = [key.name for key in rich_snapshot.children("constraint", "shop", "log_note")]
    assert names == ["log_note_at_fkey"]


def test_an_index_of_a_partitioned_table_is_defined_for_its_partitions_too(rich_snapshot: Snapshot) -> None:
    definition = rich_snapshot.objects[ObjectKey("index", "shop", "log", "log_code_idx")]["definition"]
    assert definition == "CREATE INDEX log_code_idx ON shop.log USING btree (code)"


def test_the_session_is_left_as_it_was(databases: Databases, rich: str) -> None:
    with closing(databases.connect(rich)) as connection:
        connection.autocommit = False
        with connection.cursor() as cursor:
            cursor.execute("SET datestyle = German; SET search_path = shop")
            connection.commit()
            take(connection)
            cursor.execute("SELECT current_setting('datestyle'), current_setting('search_path')")
            assert cursor.fetchone() == ("German, DMY", "shop")
        assert not connection.autocommit


def test_a_transaction_under_way_is_not_ended(databases: Databases, rich: str) -> None:
    with closing(databases.connect(rich)) as connection, connection.cursor() as cursor:
        connection.autocommit = False
        cursor.execute("CREATE TABLE public.unfinished ()")
        with pytest.raises(psycopg2.ProgrammingError):
            take(connection)
        cursor.execute("SELECT count(*) FROM public.unfinished")
        connection.rollback()


def test_whatever_pg_dump_shows_makes_a_difference(databases: Databases, rich: str, rich_snapshot: Snapshot) -> None:
    unseen = []
    with databases.temporary("restored") as name, closing(databases.connect(name)) as connection:
        before = take(connection)
        for statement in _dump(databases, rich):
            with connection.cursor() as cursor:
                cursor.execute(statement)
            now = take(connection)
            # CREATE EXTENSION has made the comment on it already.
            if not compare(before, now) and not re.match(r"SET |SELECT pg_|COMMENT ON EXTENSION", statement):
                unseen.append(statement)
            before = now
    assert unseen == []
    assert compare(rich_snapshot, before) == []


def _dump(databases: Databases, name: str) -> list[str]:
    server = databases.server.admin
    command: list[str | Path] = [
        programs.find(accounts().server) / "pg_dump",
        "--schema-only",
        "--no-owner",
        f"--dbname=host={server.host} port={server.port} user={server.user} dbname={name}",
    ]
    text = run(command, env={"PGPASSWORD": server.password}).stdout
    lines = [line for line in text.splitlines() if not line.startswith(("--", "\\"))]
    # The schema has no function with a semicolon at the end of a line.
    return [part.strip() for part in re.split(r"(?<=;)\n", "\n".join(lines)) if part.strip()]
