"""What is gone from rows."""

import pytest

from bot.migration.intent.expected_data import ExpectedData
from bot.migration.proof.losses import losses
from bot.migration.proof.rows import RowSnapshot, TableRows, canonical

T = ("public", "t")


def rows(columns: str, *content: tuple[str | None, ...]) -> RowSnapshot:
    return RowSnapshot({T: TableRows(tuple(columns.split()), content)})


def lost(before: RowSnapshot, after: RowSnapshot, expected: ExpectedData | None = None) -> list[tuple[str | None, int]]:
    target = {place: set(content.columns) for place, content in after.tables.items()}
    return [(loss.column, loss.rows) for loss in losses(before, after, target, expected or ExpectedData())]


def test_nothing_is_lost() -> None:
    before = rows("a b", ("1", "x"), ("2", None))
    assert lost(before, rows("a b", ("2", "filled"), ("1", "x"))) == []


def test_rows_that_are_gone() -> None:
    assert lost(rows("a", ("1",), ("2",)), rows("a", ("1",))) == [(None, 1)]


def test_values_that_are_gone() -> None:
    before, after = rows("a b", ("1", "x"), ("2", "y")), rows("a b", ("1", "x"), ("2", None))
    assert lost(before, after) == [("b", 1)]


def test_values_that_changed_places() -> None:
    before, after = rows("a b", ("1", "x"), ("2", "y")), rows("a b", ("1", "y"), ("2", "x"))
    assert lost(before, after) == [(None, 2)]


def test_a_dropped_column_is_meant() -> None:
    assert lost(rows("a b", ("1", "x")), rows("a", ("1",))) == []


def test_a_renamed_column_is_looked_for_under_its_new_name() -> None:
    before, expected = rows("a b", ("1", "x")), ExpectedData(columns={"public.t.b": "c"})
    assert lost(before, rows("a c", ("1", "x")), expected) == []
    assert lost(before, rows("a c", ("1", None)), expected) == [("b", 1)]


def test_converted_values_must_only_be_there() -> None:
    before, expected = rows("a", ("1",), ("2",)), ExpectedData(converted=frozenset({"public.t.a"}))
    assert lost(before, rows("a", ("one",), ("two",)), expected) == []
    assert lost(before, rows("a", ("one",), (None,)), expected) == [("a", 1)]


def test_renamed_values_are_expected_under_their_new_names() -> None:
    expected = ExpectedData(values={"public.t.a": {"done": "finished"}})
    assert lost(rows("a", ("done",)), rows("a", ("finished",)), expected) == []
    assert lost(rows("a", ("done",)), rows("a", ("done",)), expected) == [("a", 1)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.50", "1.5"),
        ("t", "true"),
        ("f", "0"),
        ("2024-01-02", "2024-01-02 00:00:00"),
        ("2024-01-02 10:00:00+02", "2024-01-02 08:00:00+00"),
        ('{"b": 1, "a": 2}', '{"a":2,"b":1}'),
        ("ab   ", "ab"),
    ],
)
def test_the_same_value_reads_the_same(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), [("1", "2"), ("a", "A"), ("2024-01-02", "2024-01-03"), ("", None)])
def test_other_values_do_not(one: str | None, other: str | None) -> None:
    assert canonical(one) != canonical(other)
