"""Statements that read a table's rows while its users wait: said once for those that are alike."""

from dataclasses import replace
from typing import Any

import msgspec

from bot.findings.facts import Facts
from bot.findings.rules import rows_read_under_lock, table_rewrite
from bot.migration.trace.lockmodes import ACCESS_EXCLUSIVE
from bot.migration.trace.relations import Relation
from bot.migration.trace.replay import StatementFacts
from bot.model import Finding, Migration, Project
from tests.support.facts import LOADED

ACCOUNT, TEAM = Relation("r", "public", "account"), Relation("r", "public", "team")
PROJECT = Project(config="alembic.ini", status="proven")


def found(*statements: StatementFacts) -> list[Finding]:
    facts = Facts(project=PROJECT, base=None, head=LOADED, upgrade=statements)
    return list(rows_read_under_lock.check(facts))


def required(column: str, table: Relation = ACCOUNT, **facts: Any) -> StatementFacts:
    return StatementFacts(
        revision="b2",
        sql=f"ALTER TABLE {table.name} ALTER COLUMN {column} SET NOT NULL",
        line=7,
        seconds=0,
        lock_timeout="3s",
        taken={table: ACCESS_EXCLUSIVE},
        scanned=(table,),
        **facts,
    )


def test_what_is_alike_is_said_once() -> None:
    first, second = found(required("a"), required("b"), required("c", TEAM), required("d"))
    assert first.title == "The upgrade reads all rows of account 3 times and keeps readers and writers out meanwhile"
    assert first.detail.startswith("`ALTER TABLE account ALTER COLUMN a SET NOT NULL`")
    assert first.detail.endswith("and 2 more statements like it.")
    assert (second.title.count("times"), "like it" in second.detail) == (0, False)


def test_rewrites_that_are_alike_are_said_once() -> None:
    retyped = [replace(required(name), sql=f"ALTER TABLE account ALTER {name} TYPE bigint") for name in "abc"]
    facts = Facts(
        project=PROJECT, base=None, head=LOADED, upgrade=tuple(replace(one, rewritten=(ACCOUNT,)) for one in retyped)
    )
    [said] = table_rewrite.check(facts)
    assert said.title == "The upgrade rewrites account 3 times"
    assert said.detail.endswith("until it is done. So do 2 more statements like it.")


def test_a_statement_that_any_row_stops_reads_none() -> None:
    adding = "ALTER TABLE account ADD COLUMN b INTEGER NOT NULL"
    assert found(replace(required("a"), sql=adding)) == []
    assert len(found(replace(required("a"), sql=f"{adding} CHECK (b > 0) DEFAULT 1"))) == 1


def test_for_a_file_of_the_bots_the_advice_is_to_ask_for_the_safer_form() -> None:
    own = Migration(path="b2.py", revision="b2", down_revision=None, origin="generated", source="")
    facts = Facts(
        project=msgspec.structs.replace(PROJECT, migrations=[own]),
        base=None,
        head=LOADED,
        upgrade=(required("a"), replace(required("b"), sql="ALTER TABLE account ALTER b TYPE int")),
    )
    assert [one.advice.startswith("`/migration safer`") for one in rows_read_under_lock.check(facts)] == [True, False]
    [asked, _] = rows_read_under_lock.check(replace(facts, safer_wanted=True))
    assert asked.advice.startswith("Add CHECK")
