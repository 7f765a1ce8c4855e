"""Rows that are the first of several."""

import pytest

from bot.sqltext.firsts import firsts


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("SELECT min(c.id) FROM customer c WHERE c.code = invoice.code", ["code"]),
        (
            "SELECT max(id) FROM customer c WHERE c.code = invoice.code AND invoice.region = c.region",
            ["code", "region"],
        ),
        ("SELECT DISTINCT ON (c.code, region) id FROM customer c ORDER BY c.code", ["code", "region"]),
        ("SELECT min(c.day) FROM customer c WHERE c.code = invoice.code", []),
        ("SELECT count(c.id) FROM customer c WHERE c.code = invoice.code", []),
        ("SELECT min(c.id) FROM customer c", []),
        ("SELECT min(c.id) FROM customer c JOIN team t ON t.id = c.team_id WHERE c.code = invoice.code", []),
    ],
)
def test_columns_by_which_rows_are_the_same(query: str, columns: list[str]) -> None:
    found = list(firsts(f"UPDATE invoice SET customer_id = ({query})"))
    assert [sorted(same) for _, same, _ in found] == ([columns] if columns else [])
    assert all(table.name == "customer" for table, _, _ in found)
