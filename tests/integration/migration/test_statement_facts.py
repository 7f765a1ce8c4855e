"""The trace of a migration against what PostgreSQL is known to do: locks, rewrites, scans, transactions."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.database.databases import Databases
from bot.migration.trace.relations import Relation
from bot.migration.trace.replay import Held, StatementFacts
from tests.support.tracing import Traced, engine

HERE = Path(__file__).with_name("statement_facts")
STATEMENTS: list[dict[str, Any]] = tomllib.loads((HERE / "statements.toml").read_text())["statement"]
PURCHASE = Relation("r", "public", "purchase")
VISIT = Relation("r", "public", "visit")


@pytest.fixture(scope="module")
def traced(databases: Databases) -> Iterator[Traced]:
    name = databases.create("statement_facts")
    made = engine(databases, name)
    with made.begin() as connection:
        connection.exec_driver_sql((HERE / "schema.sql").read_text())
    yield Traced(databases, name, made)
    made.dispose()
    databases.drop(name)


def as_data(facts: StatementFacts) -> dict[str, Any]:
    return {
        "locks": {relation.name: mode.removesuffix("Lock") for relation, mode in facts.taken.items()},
        "rewrites": sorted(relation.name for relation in facts.rewritten),
        "scans": sorted(relation.name for relation in facts.scanned),
        "written": {relation.name: rows for relation, rows in facts.written.items()},
    }


@pytest.mark.parametrize("known", STATEMENTS, ids=[known["name"] for known in STATEMENTS])
def test_each_statement_does_what_postgresql_does(traced: Traced, known: dict[str, Any]) -> None:
    before = [known["before"]] if "before" in known else []
    facts = traced.run([*before, known["sql"]])[-1]
    empty: dict[str, Any] = {"locks": {}, "rewrites": [], "scans": [], "written": {}}
    expected = {name: known.get(name, none) for name, none in empty.items()}
    if traced.major >= 18:
        expected["locks"] = {**expected["locks"], **known.get("locks_18", {})}
    assert as_data(facts) == expected
    assert facts.observed


def test_a_lock_that_is_held_is_told_with_the_line_that_took_it(traced: Traced) -> None:
    facts = traced.run(["ALTER TABLE purchase ADD x int", "ALTER TABLE purchase ADD y serial", "SELECT 1"])
    assert PURCHASE not in facts[1].taken
    assert [fact.held.get(PURCHASE) for fact in facts] == [
        None,
        Held("AccessExclusiveLock", 1),
        Held("AccessExclusiveLock", 1),
    ]
    assert PURCHASE in facts[1].rewritten


def test_a_stronger_lock_than_the_one_that_is_held_is_new(traced: Traced) -> None:
    share, exclusive = traced.run(["CREATE INDEX made ON purchase (price)", "ALTER TABLE purchase ADD x int"])
    assert share.taken[PURCHASE] == "ShareLock"
    assert exclusive.taken[PURCHASE] == "AccessExclusiveLock"


def test_locks_go_with_the_savepoint_and_with_the_transaction(traced: Traced) -> None:
    undone = "SAVEPOINT s; ALTER TABLE purchase ADD x int", "ROLLBACK TO SAVEPOINT s", "SELECT 1"
    facts = traced.run(undone)
    assert PURCHASE in facts[0].taken
    assert PURCHASE not in facts[2].held
    ended = traced.run(["ALTER TABLE visit SET (fillfactor = 90)", "COMMIT", "ALTER TABLE visit RESET (fillfactor)"])
    assert [fact.observed for fact in ended] == [True, False, False]
    assert ended[2].transaction != ended[0].transaction


def test_what_commits_itself_is_not_observed_rather_than_harmless(traced: Traced) -> None:
    made = "CREATE INDEX CONCURRENTLY made ON purchase (price)"
    facts = traced.run([made, "DROP INDEX CONCURRENTLY made", "VACUUM visit"], autocommit=True)
    assert [(fact.observed, dict(fact.taken)) for fact in facts] == [(False, {})] * 3


def test_a_file_that_was_made_by_what_is_not_observed_is_not_charged_to_the_next_statement(traced: Traced) -> None:
    facts = traced.run(["COMMIT", "VACUUM FULL loose", "BEGIN", "ALTER TABLE loose ADD CHECK (day > 0)"])
    assert [fact.observed for fact in facts] == [False, False, False, True]
    assert (as_data(facts[3])["rewrites"], as_data(facts[3])["scans"]) == ([], ["loose"])


def test_what_the_migration_has_emptied_is_not_read_until_there_are_rows_again(traced: Traced) -> None:
    requires = "ALTER TABLE purchase ALTER note SET NOT NULL", "ALTER TABLE purchase ALTER note DROP NOT NULL"
    facts = traced.run(
        ["TRUNCATE purchase", *requires, "INSERT INTO purchase (id, note, price) VALUES (1, 'a', 1)", *requires]
    )
    assert [as_data(fact)["scans"] for fact in facts] == [[], [], [], [], ["purchase"], []]
    back = traced.run(
        ["SAVEPOINT s", "TRUNCATE purchase", "ROLLBACK TO SAVEPOINT s", "CREATE INDEX ON purchase (note)"]
    )
    assert as_data(back[3])["scans"] == ["purchase"]


def test_scans_of_an_earlier_transaction_are_not_counted_again(traced: Traced) -> None:
    traced.run(["ALTER TABLE purchase ALTER customer_id SET NOT NULL"])
    (facts,) = traced.run(["ALTER TABLE purchase ADD fresh int"])
    assert facts.scanned == ()


def test_what_the_migration_makes_itself_is_not_told_of(traced: Traced) -> None:
    facts = traced.run(
        ["CREATE TABLE made (id int)", "CREATE INDEX ON made (id)", "ALTER TABLE made ADD x serial", "DROP TABLE made"]
    )
    assert all(as_data(fact) == {"locks": {}, "rewrites": [], "scans": [], "written": {}} for fact in facts)


def test_the_table_of_alembic_and_its_index_are_no_doing_of_the_migration(traced: Traced) -> None:
    (facts,) = traced.run(["INSERT INTO alembic_version VALUES ('a1')"])
    assert as_data(facts)["locks"] == {}


def test_what_is_dropped_keeps_its_name(traced: Traced) -> None:
    facts = traced.run(["DROP TABLE visit", "SELECT 1"])
    assert facts[0].taken[VISIT] == "AccessExclusiveLock"
    assert facts[1].held[VISIT] == Held("AccessExclusiveLock", 1)


def test_the_time_that_a_statement_may_wait_is_known(traced: Traced) -> None:
    facts = traced.run(["SET LOCAL lock_timeout = '3s'", "ALTER TABLE visit ADD x int"])
    assert facts[1].lock_timeout == "3s"
    assert traced.run(["SELECT 1"])[0].lock_timeout == "0"
