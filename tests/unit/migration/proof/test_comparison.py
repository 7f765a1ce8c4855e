"""Rows of two states side by side: which cells differ, which rows are gone, which came."""

from typing import Any

import pytest

from bot.migration.intent.expected_data import ExpectedData
from bot.migration.proof.comparison import columns_of, compare_rows, keys_of
from bot.migration.proof.rows import RowSnapshot, TableRows
from bot.model import ObjectKey
from bot.schema.snapshots import Snapshot

T = ("public", "t")
KEYS = {T: [frozenset({"id"})]}
Difference = tuple[str, str | None, str | None]


def rows(columns: str, *content: tuple[str | None, ...], table: tuple[str, str] = T) -> RowSnapshot:
    return RowSnapshot({table: TableRows(tuple(columns.split()), content)})


def compared(
    before: RowSnapshot, after: RowSnapshot, expected: ExpectedData | None = None
) -> tuple[list[Difference], int, int]:
    """Cells as (column, old, new), and how many rows are gone and came."""
    kept = {place: set(content.columns) for place, content in after.tables.items()}
    found = list(compare_rows(before, after, kept, KEYS, expected or ExpectedData()))
    cells = [
        (column.old[2], cell.old, cell.new) for change in found for column in change.columns for cell in column.cells
    ]
    return cells, sum(len(change.matching.gone) for change in found), sum(len(c.matching.came) for c in found)


def test_the_order_of_rows_means_nothing() -> None:
    assert compared(rows("id a", ("1", "x"), ("2", None)), rows("id a", ("2", None), ("1", "x"))) == ([], 0, 0)


def test_rows_are_known_by_their_key() -> None:
    before = rows("id a", ("1", "x"), ("2", "y"), ("3", None))
    assert compared(before, rows("id a", ("1", "y"), ("2", "x"), ("3", None))) == (
        [("a", "x", "y"), ("a", "y", "x")],
        0,
        0,
    )
    assert compared(before, rows("id a", ("1", "x"), ("2", "y"), ("3", "z"))) == ([("a", None, "z")], 0, 0)
    assert compared(before, rows("id a", ("1", "x"), ("3", None), ("4", "y"))) == ([], 1, 1)


def test_rows_without_a_key_are_known_by_their_likeness() -> None:
    before = rows("a b c", ("1", "x", "k"), ("1", "x", "k"), ("2", None, "l"))
    assert compared(before, rows("a b c", ("2", None, "l"), ("1", "x", "k"), ("1", "x", "k"))) == ([], 0, 0)
    assert compared(before, rows("a b c", ("2", "y", "l"), ("1", "x", "k"))) == ([("b", None, "y")], 1, 0)
    assert compared(before, rows("a b c", *[("1", "x", "k")] * 4, ("2", None, "l"))) == ([], 0, 2)


def test_a_key_that_is_made_anew_does_not_make_other_rows() -> None:
    before, after = rows("id a", ("1", "x"), ("2", "y")), rows("id a", ("uuid2", "y"), ("uuid1", "x"))
    assert compared(before, after) == ([("id", "1", "uuid1"), ("id", "2", "uuid2")], 0, 0)


def test_what_the_new_schema_lacks_was_dropped_on_purpose() -> None:
    assert compared(rows("id a", ("1", "x")), rows("id", ("1",))) == ([], 0, 0)
    assert compared(rows("id", ("1",)), rows("id", table=("public", "other"))) == ([], 0, 0)


def test_new_names_are_looked_for() -> None:
    before = rows("id a", ("1", "x"))
    expected = ExpectedData(tables={T: ("shop.eu", "u.v")}, columns={(*T, "a"): "b.c"})
    assert compared(before, rows("id b.c", ("1", "x"), table=("shop.eu", "u.v")), expected) == ([], 0, 0)
    assert compared(before, rows("id b.c", ("1", None), table=("shop.eu", "u.v")), expected) == (
        [("a", "x", None)],
        0,
        0,
    )


def test_a_table_with_a_dot_in_its_name_is_compared() -> None:
    table = ("shop.eu", "item")
    before, after = rows("id a", ("1", "x"), table=table), rows("id a", ("1", None), table=table)
    assert compared(before, after) == ([("a", "x", None)], 0, 0)


def test_renamed_values_are_expected_under_their_new_names() -> None:
    expected = ExpectedData(values={(*T, "a"): {"done": "finished"}})
    assert compared(rows("id a", ("1", "done")), rows("id a", ("1", "finished")), expected) == ([], 0, 0)
    assert compared(rows("id a", ("1", "done")), rows("id a", ("1", "done")), expected)[0] == [("a", "done", "done")]


def test_values_that_stay_are_kept_and_both_rows_can_be_looked_at() -> None:
    before, after = rows("id a", ("1", "x"), ("2", "y"), ("3", None)), rows("id a", ("3", None), ("1", "x"), ("2", "z"))
    (change,) = compare_rows(before, after, {T: {"id", "a"}}, KEYS, ExpectedData())
    (column,) = change.columns
    (cell,) = column.cells
    assert (column.steady, cell.row, cell.there, cell.new_form) == (("x",), 1, 2, "z")
    assert (change.was(cell.row), change.now(cell.there)) == ({"id": "2", "a": "y"}, {"id": "2", "a": "z"})


def test_a_table_whose_columns_are_all_dropped_has_columns_none() -> None:
    name = ObjectKey("column", "public", "t", "a")
    there = Snapshot({ObjectKey("table", "public", "", "t"): {}, ObjectKey("table", "public", "", "u"): {}, name: {}})
    assert columns_of(there) == {T: {"a"}, ("public", "u"): set()}
    assert columns_of(Snapshot({name: {}})) == {T: {"a"}}


def keys(**objects: dict[str, Any]) -> list[frozenset[str]]:
    """Of a table whose columns `a` and `b` are required, and `c` is not."""
    found = {ObjectKey("column", "public", "t", name): {"not_null": name != "c"} for name in "abc"}
    for name, attributes in objects.items():
        found[ObjectKey("constraint" if "type" in attributes else "index", "public", "t", name)] = attributes
    return keys_of(Snapshot(found)).get(T, [])


def test_primary_keys_come_first() -> None:
    unique, primary = {"type": "u", "columns": ["a"]}, {"type": "p", "columns": ["b", "a"]}
    assert keys(one=unique, two=primary) == [frozenset({"a", "b"}), frozenset({"a"})]
    assert keys(one={"unique": True, "columns": ["b"]}, two=unique) == [frozenset({"a"}), frozenset({"b"})]


@pytest.mark.parametrize(
    "attributes",
    [
        {"type": "c", "columns": ["a"]},
        {"type": "u", "columns": ["a", "c"]},
        {"type": "u", "columns": ["unknown"]},
        {"unique": False, "columns": ["a"]},
        {"unique": True, "predicate": "a > 0", "columns": ["a"]},
        {"unique": True, "columns": []},
        {"unique": True},
    ],
)
def test_what_does_not_identify_each_row_is_no_key(attributes: dict[str, Any]) -> None:
    assert keys(one=attributes) == []
