"""Rows of another table that meet rows which are there."""

import pytest

from bot.sqltext.upserts import upserts


@pytest.mark.parametrize(
    ("rest", "key", "overwritten"),
    [
        ("(sku) DO UPDATE SET qty = EXCLUDED.qty", {"sku"}, {"qty"}),
        ("(sku) DO UPDATE SET qty = excluded.qty, note = stock.note || EXCLUDED.note", {"sku"}, {"qty"}),
        ("(sku) DO UPDATE SET qty = EXCLUDED.qty + stock.qty", {"sku"}, set()),
        ("(sku) DO UPDATE SET qty = EXCLUDED.qty WHERE stock.qty IS NULL", {"sku"}, {"qty"}),
        ("(sku) DO NOTHING", {"sku"}, set()),
        ("DO NOTHING", set(), set()),
    ],
)
def test_what_becomes_of_a_row_that_is_there(rest: str, key: set[str], overwritten: set[str]) -> None:
    sql = f"INSERT INTO stock AS s (sku, qty, note) SELECT r.sku, sum(r.n), 'x' FROM returned r ON CONFLICT {rest}"
    (found,) = upserts(sql)
    assert (found.table.name, [source.name for source in found.sources]) == ("stock", ["returned"])
    assert ({*found.key}, {*found.overwritten}) == (key, overwritten)
    assert found.copied == (("sku", "sku"), ("qty", "n"))


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO stock (sku) VALUES ('a') ON CONFLICT DO NOTHING",
        "INSERT INTO stock (sku) SELECT sku FROM returned",
        "INSERT INTO stock SELECT sku FROM returned ON CONFLICT DO NOTHING",
        "INSERT INTO stock () SELECT FROM returned ON CONFLICT DO NOTHING",
        "INSERT INTO",
        "",
    ],
)
def test_none(sql: str) -> None:
    assert list(upserts(sql)) == []


def test_a_select_of_no_columns() -> None:
    (found,) = upserts("INSERT INTO stock (sku) SELECT FROM returned ON CONFLICT DO NOTHING")
    assert found.copied == ()
