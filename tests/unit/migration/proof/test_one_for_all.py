"""One random value for all rows, told from one for each, from a constant and from the hour."""

import pytest

from bot.migration.intent.expected_data import ExpectedData
from bot.migration.proof.one_for_all import shared
from bot.migration.proof.rows import RowSnapshot, TableRows
from tests.support.snapshots import column, snapshot, table


def values(*found: str | None) -> RowSnapshot:
    return RowSnapshot({("public", "t"): TableRows(("id", "x"), tuple((str(n), x) for n, x in enumerate(found)))})


@pytest.mark.parametrize(
    ("first", "again", "type_", "there", "told"),
    [
        (("a", "a"), ("b", "b"), "uuid", False, True),
        (("a", "a"), ("b", "b"), "text", False, True),
        (("a", "a"), ("a", "a"), "uuid", False, False),  # a constant
        (("a", "b"), ("c", "d"), "uuid", False, False),  # one for each
        (("a", None), ("b", None), "uuid", False, False),
        ((None, None), ("b", "b"), "uuid", False, False),
        (("a",), ("b",), "uuid", False, False),
        (("a", "a"), (), "uuid", False, False),
        (("a", "a"), ("b", "b"), "timestamp with time zone", False, False),
        (("a", "a"), ("b", "b"), "uuid", True, False),  # not new
    ],
)
def test_one_value_for_all_rows(
    first: tuple[str | None, ...], again: tuple[str | None, ...], type_: str, there: bool, told: bool
) -> None:
    objects = table("t"), column("t", "id")
    x = column("t", "x", type=type_)
    old = snapshot(*objects, *([x] if there else []))
    found = list(shared(values(*first), values(*again), old, snapshot(*objects, x), ExpectedData()))
    assert [(change.table, change.column, change.rows) for change in found] == [(("public", "t"), "x", 2)] * told
