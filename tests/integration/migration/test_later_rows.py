"""Rows that are written after the upgrade: which there are, and which demands of the old schema they break.

All tables are in one database; what the old schema demands of them is taken from it before they change.
"""

import json
from collections.abc import Iterator
from contextlib import closing

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.database.databases import Databases
from bot.migration.intent.expected_data import ExpectedData
from bot.migration.proof import later_rows, restrictions
from bot.migration.proof.restrictions import Restriction
from bot.schema.snapshots import Snapshot, take
from tests.support.servers import ask

OLD = """
CREATE TABLE city (id integer PRIMARY KEY, name text);
INSERT INTO city SELECT number, 'city ' || number FROM generate_series(1, 9) AS number;
CREATE TABLE person (
    id serial PRIMARY KEY, city_id integer REFERENCES city, name text NOT NULL, age integer CHECK (age < 100),
    born date, told json, seen pg_snapshot
);
INSERT INTO person (city_id, name, age, told) VALUES (1, 'Ann', 50, '{"a": 1}'), (2, 'Bo', 51, NULL);
CREATE TABLE visit (id serial PRIMARY KEY, person_id integer NOT NULL REFERENCES person, note text UNIQUE);
"""
NEW = "ALTER TABLE person DROP CONSTRAINT person_age_check, ALTER name DROP NOT NULL; ALTER TABLE visit DROP note"
PERSON, VISIT = ("public", "person"), ("public", "visit")
Later = tuple[Databases, str, Snapshot, list[Restriction]]


@pytest.fixture(scope="module")
def upgraded(databases: Databases) -> Later:
    """A database that was upgraded, its catalog, and what the old schema demands."""
    name = databases.create("upgraded")
    with closing(databases.address(name).connect()) as connection, connection.cursor() as cursor:
        cursor.execute(OLD)
        old = take(connection)
        cursor.execute(NEW)
        new = take(connection)
    return databases, name, new, list(restrictions.find(new, old, ExpectedData().old_column))


@pytest.fixture
def connection(upgraded: Later) -> Iterator[Connection]:
    with closing(upgraded[0].address(upgraded[1]).connect()) as made:
        yield made


@pytest.fixture(scope="module")
def written(upgraded: Later) -> dict[str, list[tuple[object, ...]]]:
    """The rows that came, by table."""
    databases, name, snapshot, demands = upgraded
    with databases.temporary("later", name) as copy:
        with closing(databases.address(copy).connect()) as connection:
            later_rows.write(connection, snapshot, [VISIT, PERSON], demands)
        address = databases.address(copy)
        return {
            "person": ask(address, "SELECT city_id, name, age, born, told::text FROM person WHERE id > 2"),
            "visit": ask(address, "SELECT person_id FROM visit"),
            "person's id": ask(address, "SELECT id FROM person WHERE id > 2"),
        }


def test_what_only_the_new_schema_allows_is_found_and_does_not_stay(upgraded: Later, connection: Connection) -> None:
    databases, name, snapshot, demands = upgraded
    assert {demand.key.name for demand in demands} >= {"person_age_check", "name"}
    found = later_rows.only_new(connection, snapshot, demands)
    assert {demand.key.name for demand in found} == {"person_age_check", "name"}
    assert ask(databases.address(name), "SELECT count(*) FROM person") == [(2,)]


def test_what_the_old_schema_cannot_hold_is_left_out(written: dict[str, list[tuple[object, ...]]]) -> None:
    assert all(name is not None for _, name, *_ in written["person"])
    assert all(not isinstance(age, int) or age < 100 for _, _, age, *_ in written["person"])
    assert {age for _, _, age, *_ in written["person"]} >= {-2147483648, None}


def test_a_row_is_null_in_one_column_only_in_all_and_in_none(written: dict[str, list[tuple[object, ...]]]) -> None:
    nulls = [tuple(value is None for value in row) for row in written["person"]]
    assert (False,) * 5 in nulls
    for place in (0, 2, 3, 4):
        assert tuple(at == place for at in range(5)) in nulls


def test_several_rows_have_one_parent_and_parents_are_there(written: dict[str, list[tuple[object, ...]]]) -> None:
    cities = [city for city, *_ in written["person"] if city is not None]
    assert max(map(cities.count, cities)) >= 3
    assert set(cities) <= {*range(1, 7)}  # of those that are there, a few
    parents = {identity for (identity,) in written["person's id"]}
    visited = [person for (person,) in written["visit"]]
    assert visited
    assert set(visited) <= parents
    assert max(map(visited.count, visited)) >= 3


def test_documents_are_of_the_form_that_is_there(written: dict[str, list[tuple[object, ...]]]) -> None:
    documents = [json.loads(str(told)) for *_, told in written["person"] if told is not None]
    assert documents
    assert documents == [{"a": 1}] * len(documents)


@pytest.mark.parametrize(
    ("sql", "reads"),
    [
        ("UPDATE person SET age = 1", True),
        ("DELETE FROM person", True),
        ("ALTER TABLE person ALTER age TYPE text USING age::text", True),
        ("ALTER TABLE person ADD size integer", False),
    ],
)
def test_whether_what_a_statement_does_depends_on_rows(sql: str, reads: bool) -> None:
    assert later_rows.reads(sql) is reads
