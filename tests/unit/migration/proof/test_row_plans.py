"""Which rows a table gets: no reason for a row keeps the rows of another one out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.migration.proof.row_plans import Row, TablePlan, awkward_rows, mild_rows
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


@pytest.mark.parametrize("place", range(12))
def test_the_first_edges_are_there_wherever_a_column_is(place: int) -> None:
    """Before: a column in the sixth place had no empty array."""
    listed = {**TEXT, "type": "text[]", "type_kind": "base", "type_schema": "pg_catalog", "type_name": "_text"}
    names = [f"c{number:02}" for number in range(12)]
    columns = {
        ObjectKey("column", "public", "t", name): listed if number == place else {**listed, "type": "text"}
        for number, name in enumerate(names)
    }
    rows = [planned.row for planned in awkward_rows(TablePlan(Snapshot(columns), ("public", "t")))]
    assert {row[names[place]] for row in rows} >= {"{}", "{NULL}"}
    assert all(any(row[name] == "" for row in rows) for name in names if name != names[place])


@pytest.mark.parametrize("name", ["c00", "c07", "c08", "c19"])
def test_what_the_author_mentions_is_tried_alone_in_a_wide_table(name: str) -> None:
    """Before: of more than eight columns that may be NULL, the ninth was never the only one; of more than five, the
    sixth never the only one that differs."""
    text = {**TEXT, "type_kind": "base", "type_schema": "pg_catalog", "type_name": "text"}
    objects: dict[ObjectKey, dict[str, object]] = {
        ObjectKey("column", "public", "t", f"c{number:02}"): text for number in range(20)
    }
    objects[ObjectKey("constraint", "public", "t", "k")] = {"type": "u", "columns": ["c01"]}
    made = TablePlan(Snapshot(objects), ("public", "t"), mentioned=frozenset({name}))
    rows = [each.row for each in awkward_rows(made)]
    assert any([column for column, value in row.items() if value is None] == [name] for row in rows)
    others = [{column: value for column, value in row.items() if column not in ("c01", name)} for row in rows]
    values = [[row[name] for row, other in zip(rows, others, strict=True) if other == each] for each in others]
    assert any(len({value for value in found if value is not None}) > 1 for found in values)


def test_each_value_of_the_authors_statements_has_a_row() -> None:
    spoken = [f"value {number}" for number in range(6)] + ["a-b", "a-c", "c-b", "a-b-c"]
    rows = [planned.row for planned in awkward_rows(plan(literals={"b": spoken}))]
    assert {row["b"] for row in rows} >= set(spoken)
    three = [planned.row for planned in awkward_rows(plan(literals={"a": [], "b": ["x"], "c": ["p", "q", "r"]}))]
    assert [row["c"] for row in three if row["b"] == "x"] == ["p", "q", "r", "q", "r", "p", "p", "q", "r"]
    twice = [planned.row for planned in awkward_rows(plan(literals={"b": ["x"], "c": ["y", "z"]}))]
    assert [(row["b"], row["c"]) for row in twice if row["b"] == "x"] == [
        ("x", "y"),
        ("x", "z"),
        ("x", "z"),
        ("x", "y"),
        *(("x", "y"), ("x", "z")),  # without anything else
    ]
    assert [row["a"] for row in twice if row["b"] == "x"][4:] == [None, None]


def test_a_flag_may_stand_for_what_is_not_there() -> None:
    """`SET deleted_at = changed_at WHERE is_deleted`"""
    flag = {**TEXT, "type": "boolean", "type_kind": "base", "type_schema": "pg_catalog", "type_name": "bool"}
    columns = plan().snapshot.objects
    with_flag = Snapshot({**columns, ObjectKey("column", "public", "t", "flag"): {**flag, "not_null": True}})
    rows = [planned.row for planned in awkward_rows(replace(plan(), snapshot=with_flag))]
    assert {row["flag"] for row in rows if row["a"] is row["h"] is None} >= {"true", "false"}


def test_each_given_value_has_a_row() -> None:
    given = [str(number) for number in range(6)]
    rows = [planned.row for planned in awkward_rows(replace(plan(), given={"a": given}))]
    assert {row["a"] for row in rows} >= set(given)


INTEGER: dict[str, object] = {
    **TEXT,
    "type": "integer",
    "type_kind": "base",
    "type_schema": "pg_catalog",
    "type_name": "int4",
}
ID = {"id": {"not_null": True}}
KEY = {"type": "p", "columns": ["id"]}
Given = Mapping[str, Mapping[str, object]]


def numbers(columns: Given, *constraints: Mapping[str, object], **more: Any) -> TablePlan:
    """A table of integers: `columns` have what is special about each."""
    objects: dict[ObjectKey, Any] = {
        ObjectKey("column", "public", "t", name): {**INTEGER, **attributes} for name, attributes in columns.items()
    }
    for number, attributes in enumerate(constraints):
        kind = "constraint" if "type" in attributes else "index"
        objects[ObjectKey(kind, "public", "t", f"c{number}")] = attributes
    return TablePlan(Snapshot(objects), ("public", "t"), **more)


def to(table: str, *columns: str) -> dict[str, object]:
    """A foreign key to the columns of the same names."""
    there = {"references_schema": "public", "references_table": table, "references_columns": [c[0] for c in columns]}
    return {"type": "f", "columns": list(columns), **there}


def ordinary(plan: TablePlan, name: str, count: int = 7) -> list[str | None]:
    return [plan.ordinary(i).get(name) for i in range(count)]


def awkward(plan: TablePlan) -> list[Row]:
    """The rows behind the ordinary ones."""
    return [planned.row for planned in awkward_rows(plan)][plan.ordinary_rows() :]


@pytest.mark.parametrize(
    ("attributes", "fills", "numbers_them"),
    [
        ({}, False, False),
        ({"default": "1"}, False, False),
        ({"default": "nextval('s'::regclass)"}, True, True),
        ({"identity": "d"}, True, True),
        ({"identity": "a"}, True, False),
        ({"generated": "s"}, True, False),
        ({"generated": "s", "default": "(a + 1)"}, True, False),
    ],
)
def test_what_the_server_fills(attributes: dict[str, object], fills: bool, numbers_them: bool) -> None:
    made = numbers({"a": attributes})
    assert ("a" not in made.columns) is fills
    assert (made.numbered == ["a"]) is numbers_them


def test_what_is_a_key() -> None:
    more = [{"type": kind, "columns": [kind]} for kind in "ucxf"]
    indexes = [{"unique": True, "columns": ["i"]}, {"unique": False, "columns": ["j"]}]
    assert numbers(ID, KEY, *more, *indexes).keys == [["id"], ["u"], ["x"], ["i"]]


def test_ordinary_rows_are_out_of_step_and_keys_count() -> None:
    made = numbers({**ID, "a": {}, "b": {}}, KEY)
    assert ordinary(made, "id") == ["1", "2", "3", "4", "5", "6", "7"]
    assert ordinary(made, "a") == ["2", "3", "4", "1", "6", "7", "8"]
    assert ordinary(made, "b") == ["3", "4", "1", "2", "7", "8", "9"]
    assert ordinary(replace(made, given={"a": ["x", "y"]}), "a", 3) == ["x", "y", "x"]
    assert len(mild_rows(made)) == 4
    assert [len(mild_rows(replace(made, given={"a": ["x"] * count}))) for count in (0, 4, 5)] == [4, 4, 9]


def test_parents_are_shared_passed_over_and_paired() -> None:
    rows = {("public", "p"): [{"a": str(number)} for number in range(4)], ("public", "q"): [{"b": "x"}, {"b": "y"}]}
    made = numbers({**ID, "a": {}, "b": {}, "a2": {}}, KEY, to("p", "a"), to("q", "b"), to("p", "a2"), parents=rows)
    assert ordinary(made, "a") == ["0", "0", "1", "1", "2", "2", "0"]  # the last one has no children
    assert ordinary(made, "b") == ["x", "y", "x", "y", "x", "y", "x"]
    assert ordinary(made, "a2") == ["0", "0", "0", "1", "1", "1", "2"]
    fourth = numbers({"a": {}}, *[to("p", "a")] * 4, parents=rows)
    assert ordinary(fourth, "a", 4) == ["0", "1", "2", "0"]
    assert ordinary(numbers({"a": {}}, to("gone", "a"), parents=rows), "a", 2) == [None, None]


@pytest.mark.parametrize(
    ("key", "parents", "expected"),
    [(["a"], 3, "012012"), (["a"], 4, "013013"), (["a"], 6, "013450"), (["a", "id"], 4, "001122")],
)
def test_one_row_for_each_parent_but_one_where_the_reference_is_a_key(
    key: list[str], parents: int, expected: str
) -> None:
    rows = {("public", "p"): [{"a": str(number)} for number in range(parents)]}
    made = numbers({**ID, "a": {}}, {"type": "u", "columns": key}, to("p", "a"), parents=rows)
    assert "".join(str(value) for value in ordinary(made, "a", 6)) == expected


def test_a_reference_to_the_same_table_is_null_or_the_row_itself() -> None:
    same = {**to("t", "up"), "references_columns": ["id"]}
    rows = {("public", "t"): [{"id": "77"}]}
    assert ordinary(numbers({**ID, "up": {}}, KEY, same, parents=rows), "up", 2) == [None, None]
    needed = numbers({**ID, "up": {"not_null": True}}, KEY, same)
    assert ordinary(needed, "up", 2) == ordinary(needed, "id", 2) == ["1", "2"]
    serial = numbers({"id": {"identity": "d"}, "up": {"not_null": True}}, KEY, same)
    assert ordinary(serial, "up", 2) == ordinary(serial, "id", 2) == ["1000", "1001"]
    two = {**to("t", "up", "of"), "references_columns": ["id", "a"]}
    half = numbers({**ID, "a": {}, "up": {"not_null": True}, "of": {}}, KEY, two)
    assert (ordinary(half, "up", 1), ordinary(half, "of", 1)) == ([None], [None])


def test_all_are_null_and_then_one_at_a_time() -> None:
    found = awkward(numbers({**ID, "a": {}, "b": {}}, KEY))
    assert [[name for name, value in row.items() if value is None] for row in found[:4]] == [
        ["a", "b"],
        ["a"],
        ["b"],
        [],
    ]
    alone = awkward(numbers({**ID, "a": {}}, KEY))
    assert [row["a"] is None for row in alone] == [True, *[False] * (len(alone) - 1)]
    assert None not in [value for row in awkward(numbers(ID, KEY)) for value in row.values()]


def test_a_twin_differs_in_its_key_and_another_in_one_column_more() -> None:
    made = numbers({**ID, "a": {}, "b": {}}, KEY)
    first, found = made.ordinary(0), awkward(made)[3:7]
    assert [{name for name in first if row[name] != first[name]} for row in found] == [
        {"id"},
        {"id", "a"},
        {"id", "b"},
        {"id"},
    ]
    assert (found[1]["a"], found[2]["b"]) == ("9", "10")  # what a key would have in rows 8 and 9
    assert len(awkward(made)) == 3 + 4 + len(INTEGERS)
    ends = numbers({"a": {"not_null": True}, "b": {"not_null": True}}, {"type": "u", "columns": ["a", "b"]})
    first, found = ends.ordinary(0), awkward(ends)[:2]
    assert [{name for name in first if row[name] != first[name]} for row in found] == [{"b"}, {"a"}]


def test_a_twin_keeps_what_is_given_and_takes_the_parent_of_its_number() -> None:
    given = replace(numbers({**ID, "a": {"not_null": True}}, KEY), given={"a": ["x", "y"], "id": ["1", "2", "3"]})
    twin, other = awkward(given)[:2]
    assert (twin["a"], other["a"]) == ("x", given.ordinary(5)["a"])
    assert twin["id"] == given.ordinary(4)["id"]
    rows = {("public", "p"): [{"a": str(number), "b": f"of {number}"} for number in range(9)]}
    made = numbers(
        {"a": {"not_null": True}, "b": {"not_null": True}, "c": {"not_null": True}},
        {"type": "p", "columns": ["a"]},
        to("p", "a", "b"),
        parents=rows,
    )
    twin, other = awkward(made)[:2]
    assert (twin["a"], twin["b"], twin["c"]) == ("5", "of 5", made.ordinary(0)["c"])
    assert (other["a"], other["b"], other["c"] != twin["c"]) == ("6", "of 6", True)


def test_a_twin_keeps_the_parent_that_is_no_part_of_its_key() -> None:
    rows = {("public", "p"): [{"b": str(number)} for number in range(9)]}
    made = numbers({**ID, "b": {"not_null": True}}, KEY, to("p", "b"), parents=rows)
    twin = awkward(made)[0]
    assert (twin["b"], made.ordinary(4)["b"]) == ("0", "2")


def test_what_is_not_known_or_no_column_gets_no_value() -> None:
    unknown = {"type": "mystery", "type_schema": "public", "type_name": "mystery"}
    expressions = [{"unique": True, "columns": columns} for columns in (["id", "lower(a)"], [])]
    made = numbers({**ID, "x": {**unknown, "not_null": True}}, KEY, *expressions)
    assert not any("x" in planned.row for planned in awkward_rows(made))
    assert len(awkward(made)) == 2 + len(INTEGERS)


def test_edges_are_once_in_a_key_and_often_beside_it() -> None:
    made = numbers({**ID, "a": {"not_null": True}}, KEY)
    edges = list(INTEGERS)
    found = awkward(made)[-len(edges) :]
    assert [row["id"] for row in found] == edges
    assert [row["a"] for row in found] == [*edges[1:], edges[0]]
    text = {"type": "text", "type_name": "text", "not_null": True}
    longer = awkward(numbers({**ID, "a": text}, KEY))
    assert len([row for row in longer if row["id"] in edges]) == len(edges)
    assert len(longer) > len(found) + 3


def test_edges_are_not_for_what_is_given_or_refers() -> None:
    rows = {("public", "p"): [{"b": "7"}]}
    made = numbers({**ID, "a": {}, "b": {}}, KEY, to("p", "b"), given={"a": ["5"]}, parents=rows)
    found = awkward(made)[-len(INTEGERS) :]
    assert [row["id"] for row in found] == list(INTEGERS)
    assert {(row["a"], row["b"]) for row in found} == {("5", "7")}


def test_values_that_a_check_lists_are_once_in_a_key_and_not_in_what_refers() -> None:
    lists = [{"type": "c", "columns": [name], "expression": f"{name} IN ({values})"} for name, values in LISTS.items()]
    rows = {("public", "p"): [{"c": "77"}]}
    made = numbers(
        {**ID, **{name: {} for name in "abcd"}}, {"type": "u", "columns": ["a"]}, *lists, to("p", "c"), parents=rows
    )
    found = awkward(made)[:3]
    assert [row["b"] for row in found] == ["21", "22", "23"]
    assert [row["d"] for row in found] == ["41", "42", "41"]
    assert [row["a"] for row in found[:2]] == ["11", "12"]
    assert found[2]["a"] not in ("11", "12")
    assert {row["c"] for row in found} == {"77"}
    assert "30" not in [row.get("gone") for row in found]


def test_a_number_that_statements_speak_of_is_tried_in_what_the_server_numbers() -> None:
    serial = numbers(
        {"id": {"identity": "d"}, "a": {}}, KEY, literals={"id": ["x", "41", "50"], "gone": ["7"], "a": []}
    )
    assert [row["id"] for row in awkward(serial) if "id" in row] == ["41", "42"]
    assert not any("gone" in row for row in awkward(serial))


INTEGERS = ("-2147483648", "2147483647", "0", "-1", "70000")
LISTS = {"a": "11, 12", "b": "21, 22, 23", "c": "31, 32", "d": "41, 42", "gone": "30"}
