"""Rows that a program has left alone while it did something for others of the same values."""

import pytest

from bot.migration.proof.losses import RowChange
from bot.migration.proof.rows import RowSnapshot, TableRows
from bot.migration.proof.rows_alike import left_alone
from tests.support.snapshots import column, foreign_key, key, snapshot, table

DECK = ("public", "deck")
NAME = column("deck", "name", not_null=False)
OLD = snapshot(table("deck"), column("deck", "id", not_null=True), NAME, key("deck", "pk", ["id"]))
EXTRA = column("deck", "extra", not_null=False)
LABEL = table("label"), column("label", "deck_id", not_null=False), foreign_key("label", "fk", "deck", ["deck_id"])
NAMES = ("a", "b", "a", "b")


def changes(extra: list[str | None], labels: list[str]) -> list[RowChange]:
    """Four rows, two of each name; what is in a new column of theirs, and to which of them a new table refers."""
    numbered = [(str(number), name) for number, name in enumerate(NAMES)]
    before = RowSnapshot({DECK: TableRows(("id", "name"), tuple(numbered))})
    after = {
        DECK: TableRows(("id", "name", "extra"), tuple((*row, new) for row, new in zip(numbered, extra, strict=True))),
        ("public", "label"): TableRows(("deck_id",), tuple((label,) for label in labels)),
    }
    migrated = snapshot(*OLD.objects.items(), EXTRA, *LABEL)
    return list(left_alone(OLD, migrated, before, RowSnapshot(after)))


@pytest.mark.parametrize(
    ("extra", "rows"),
    [
        (["x", "y", None, None], 2),
        (["x", None, "x", "y"], 1),
        (["x", "y", "x", "y"], 0),
        (["x", None, "x", None], 0),  # a value that b never has
        ([None, None, None, None], 0),
    ],
)
def test_a_new_column_that_some_have(extra: list[str | None], rows: int) -> None:
    found = [change for change in changes(extra, []) if change.kind == "passed over"]
    assert [(change.table, change.column, change.rows) for change in found] == [(DECK, "extra", rows)] * bool(rows)


@pytest.mark.parametrize(
    ("labels", "rows"),
    [(["0", "1"], 2), (["0", "0", "1", "2"], 1), (["0", "1", "2", "3"], 0), (["1", "3"], 0), ([], 0)],
)
def test_a_new_table_that_refers_to_some(labels: list[str], rows: int) -> None:
    found = [change for change in changes([None] * 4, labels) if change.kind == "not copied"]
    assert [(change.table, change.value, change.rows) for change in found] == [(DECK, "label", rows)] * bool(rows)
