"""Which rows a table gets: no reason for a row keeps the rows of another one out."""

from dataclasses import replace

import pytest

from bot.migration.proof.row_plans import TablePlan, awkward_rows, mild_rows
from bot.model import ObjectKey
from bot.schema.snapshots import Snapshot

TEXT: dict[str, object] = {"type": "text", "not_null": False, "default": None, "generated": None, "identity": None}
STATES = [f"state {number}" for number in range(40)]


def plan(*, checked: bool = False, labels: int = 0, literals: dict[str, list[str]] | None = None) -> TablePlan:
    columns = {
        name: {**TEXT, "type_kind": "base", "type_schema": "pg_catalog", "type_name": "text"} for name in "abcdefgh"
    }
    objects: dict[ObjectKey, dict[str, object]] = {
        ObjectKey("column", "public", "t", name): attributes for name, attributes in columns.items()
    }
    if labels:
        mood = {**TEXT, "type": "mood", "type_kind": "enum", "type_schema": "public", "type_name": "mood"}
        objects[ObjectKey("column", "public", "t", "mood")] = mood
        objects[ObjectKey("enum", "public", "", "mood")] = {"labels": [f"label {number}" for number in range(labels)]}
    if checked:
        listed = ", ".join(f"'{state}'" for state in STATES)
        key = ObjectKey("constraint", "public", "t", "known")
        objects[key] = {"type": "c", "columns": ["a"], "expression": f"a IN ({listed})"}
    return TablePlan(Snapshot(objects), ("public", "t"), literals=literals or {})


def test_every_reason_for_a_row_is_there_beside_a_long_list_in_a_check() -> None:
    rows = [planned.row for planned in awkward_rows(plan(checked=True, literals={"b": ["from the migration"]}))]
    assert {row["a"] for row in rows} >= set(STATES)
    assert any(row["b"] == "from the migration" for row in rows)
    assert all(any(row[name] is None for row in rows) for name in "abcdefgh")
    assert any(row["h"] == "" for row in rows)


@pytest.mark.parametrize("labels", [3, 5, 9, 40])
def test_each_label_of_an_enum_has_a_row_wherever_its_column_is(labels: int) -> None:
    rows = [planned.row for planned in mild_rows(plan(labels=labels))]
    assert {row["mood"] for row in rows} == {f"label {number}" for number in range(labels)}


def test_the_edges_are_there_beside_an_enum_with_many_labels() -> None:
    rows = [planned.row for planned in awkward_rows(plan(labels=40))]
    assert any(row["h"] == "" for row in rows)


def test_each_value_of_the_authors_statements_has_a_row() -> None:
    spoken = [f"value {number}" for number in range(6)] + ["a-b", "a-c", "c-b", "a-b-c"]
    rows = [planned.row for planned in awkward_rows(plan(literals={"b": spoken}))]
    assert {row["b"] for row in rows} >= set(spoken)
    twice = [planned.row for planned in awkward_rows(plan(literals={"b": ["x"], "c": ["y", "z"]}))]
    assert [(row["b"], row["c"]) for row in twice if row["b"] == "x"] == [
        ("x", "y"),
        ("x", "z"),
        ("x", "z"),
        ("x", "y"),
    ]


def test_each_given_value_has_a_row() -> None:
    given = [str(number) for number in range(6)]
    rows = [planned.row for planned in awkward_rows(replace(plan(), given={"a": given}))]
    assert {row["a"] for row in rows} >= set(given)
