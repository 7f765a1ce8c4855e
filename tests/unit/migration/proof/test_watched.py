"""Privileges and other watched objects after a step: missing, too much, made by hand."""

from typing import Any

from bot.migration.proof.watched import returned, upgraded
from bot.model import ObjectKey
from bot.schema.snapshots import Snapshot

CAST = ObjectKey("cast", "", "", "text AS integer")
JOB = ObjectKey("access", "public", "", "table job")
READ, WRITE = ["reader", "SELECT", False], ["writer", "UPDATE", False]


def snapshot(**privileges: list[Any]) -> Snapshot:
    return Snapshot({JOB: {"owner": None, "privileges": privileges["job"], "revoked": None}})


def found(there: Snapshot, target: Snapshot, old: Snapshot, *, by_author: bool) -> list[tuple[str, bool]]:
    differences = list(upgraded(there, target, old, by_author=by_author))
    assert {w.step for w in differences} <= {"upgrade"}
    return [(w.difference.action, w.by_hand) for w in differences]


EMPTY = Snapshot({})
MADE = Snapshot({CAST: {"definition": "CREATE CAST"}})


def test_what_the_models_have_is_missed() -> None:
    assert found(EMPTY, MADE, EMPTY, by_author=True) == [("added", False)]
    assert found(EMPTY, MADE, EMPTY, by_author=False) == [("added", False)]


def test_what_an_author_makes_besides_is_by_hand() -> None:
    assert found(MADE, EMPTY, EMPTY, by_author=True) == [("removed", True)]
    assert found(MADE, EMPTY, EMPTY, by_author=False) == [("removed", False)]


def test_what_has_to_go_and_is_still_there_is_told() -> None:
    assert found(MADE, EMPTY, MADE, by_author=True) == [("removed", False)]


def test_a_grant_that_is_lost_is_told() -> None:
    both, one = snapshot(job=[READ, WRITE]), snapshot(job=[READ])
    assert found(one, both, both, by_author=True) == [("changed", False)]
    assert found(one, both, both, by_author=False) == [("changed", False)]


def test_a_grant_of_the_authors_own_is_by_hand() -> None:
    both, one = snapshot(job=[READ, WRITE]), snapshot(job=[READ])
    assert found(both, one, one, by_author=True) == [("changed", True)]


def test_a_grant_beside_another_owner_is_no_grant_alone() -> None:
    """What else is different has to be as the models' database has it, whoever made the grant."""
    there = Snapshot({JOB: {"owner": "other", "privileges": [READ, WRITE], "revoked": None}})
    one = snapshot(job=[READ])
    assert found(there, one, one, by_author=True) == [("changed", False)]


def test_another_definition_is_not_by_hand() -> None:
    other = Snapshot({CAST: {"definition": "CREATE CAST … AS IMPLICIT"}})
    assert found(other, MADE, MADE, by_author=True) == [("changed", False)]


def test_a_grant_that_should_be_revoked_is_told() -> None:
    both, one = snapshot(job=[READ, WRITE]), snapshot(job=[READ])
    assert found(both, one, both, by_author=True) == [("changed", False)]


def test_default_privileges_of_new_tables_are_no_doing_of_a_generated_file() -> None:
    assert found(snapshot(job=[READ]), EMPTY, EMPTY, by_author=False) == []


def test_what_does_not_come_back_is_told() -> None:
    assert [(w.step, w.by_hand) for w in returned(EMPTY, MADE, "downgrade")] == [("downgrade", False)]
    assert list(returned(MADE, MADE, "downgrade")) == []


def test_privileges_of_something_else_and_those_that_are_missed_are_no_grant_by_hand() -> None:
    other = ObjectKey("parameter", "", "", "work_mem")
    there, target = Snapshot({other: {"privileges": [READ]}}), Snapshot({other: {"privileges": []}})
    assert found(there, target, target, by_author=True) == [("changed", False)]
    assert found(EMPTY, Snapshot({JOB: {"privileges": []}}), EMPTY, by_author=True) == [("added", False)]
