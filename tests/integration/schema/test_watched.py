"""Watched objects on a real server: every kind is read, and every change of one is seen."""

from contextlib import closing

import pytest

from bot.database.databases import Databases
from bot.model import Difference
from bot.schema.compare import compare
from bot.schema.snapshots import Snapshot
from bot.schema.watched import watch
from tests.integration.schema.conftest import execute

GROUND = """
CREATE TABLE job (id integer PRIMARY KEY, parent integer REFERENCES job, name text);
CREATE VIEW jobs AS SELECT id FROM job;
CREATE FUNCTION same(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 IS NOT DISTINCT FROM $2';
CREATE FUNCTION point_of(text) RETURNS point LANGUAGE sql IMMUTABLE AS 'SELECT point(0, 0)';
CREATE TYPE mood AS ENUM ('good');
CREATE EXTENSION postgres_fdw;
"""

# What is done, the kind that shows it, and its name.
CHANGES = {
    "GRANT SELECT ON job TO PUBLIC": ("access", "table job"),
    "GRANT UPDATE (name) ON job TO PUBLIC": ("access", "column name"),
    "GRANT SELECT ON jobs TO PUBLIC": ("access", "view jobs"),
    "REVOKE EXECUTE ON FUNCTION same FROM PUBLIC": ("access", "function same(text, text)"),
    "REVOKE USAGE ON TYPE mood FROM PUBLIC": ("access", "enum mood"),
    "GRANT CREATE ON SCHEMA public TO PUBLIC": ("access", "schema public"),
    "ALTER TABLE job OWNER TO pg_monitor": ("access", "table job"),
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC": ("default_privileges", "TABLES"),
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC": ("default_privileges", "TABLES"),
    "CREATE OPERATOR =~= (FUNCTION = same, LEFTARG = text, RIGHTARG = text)": ("operator", "=~=(text, text)"),
    "CREATE CAST (text AS point) WITH FUNCTION point_of(text)": ("cast", "text AS point"),
    "CREATE TEXT SEARCH CONFIGURATION plain (COPY = pg_catalog.simple)": ("text_search_configuration", "plain"),
    "CREATE TEXT SEARCH DICTIONARY short (TEMPLATE = simple)": ("text_search_dictionary", "short"),
    "CREATE PUBLICATION all_jobs FOR TABLE job": ("publication", "all_jobs"),
    "CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw": ("foreign_server", "other"),
    "CREATE OPERATOR FAMILY mine USING btree": ("operator_family", "mine using btree"),
    "ALTER TABLE job DISABLE TRIGGER ALL": ("disabled_trigger", None),
    "DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''8MB''', current_database()); END$$": (
        "setting",
        "work_mem",
    ),
}


@pytest.fixture(scope="module")
def ground(databases: Databases) -> str:
    name = databases.create("watched")
    execute(databases, name, GROUND)
    return name


def _watched(databases: Databases, name: str) -> Snapshot:
    with closing(databases.connect(name)) as connection:
        return watch(connection)


def _changes(databases: Databases, ground: str, sql: str) -> list[Difference]:
    with databases.temporary("change", ground) as name:
        before = _watched(databases, name)
        execute(databases, name, sql)
        return compare(before, _watched(databases, name))


@pytest.mark.parametrize("sql", CHANGES)
def test_a_change_is_seen(databases: Databases, ground: str, sql: str) -> None:
    kind, name = CHANGES[sql]
    found = _changes(databases, ground, sql)
    assert {difference.kind for difference in found} == {kind}
    assert name is None or name in {difference.name for difference in found}


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE other (id serial PRIMARY KEY, job integer REFERENCES job)",
        "CREATE SCHEMA extra; CREATE TYPE extra.size AS ENUM ('s'); CREATE DOMAIN extra.word AS text",
        "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE SEQUENCE s",
        "CREATE TYPE span AS RANGE (subtype = float8); CREATE EXTENSION citext",
        "GRANT SELECT ON job TO CURRENT_USER; REVOKE UPDATE ON job FROM PUBLIC",
    ],
)
def test_what_is_usual_is_no_change(databases: Databases, ground: str, sql: str) -> None:
    assert _changes(databases, ground, sql) == []


def test_a_copy_has_the_same(databases: Databases, ground: str) -> None:
    with databases.temporary("first", ground) as first:
        execute(databases, first, "; ".join(sql for sql in CHANGES if "OWNER" not in sql))
        with databases.temporary("second", first) as second:
            assert compare(_watched(databases, first), _watched(databases, second)) == []
