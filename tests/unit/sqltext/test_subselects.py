"""Sub-selects: what they read, choose and compare."""

import pytest

from bot.sqltext.subselects import Name, subselects


@pytest.mark.parametrize(
    ("sql", "chosen"),
    [
        ("UPDATE a SET x = 1 WHERE id IN (SELECT a_id FROM b)", [Name("", "a_id")]),
        ("UPDATE a SET x = 1 WHERE id IN (SELECT DISTINCT b.a_id FROM b)", [Name("b", "a_id")]),
        ("UPDATE a SET x = (SELECT max(n) FROM b)", [None]),
        ("UPDATE a SET x = (SELECT n + 1 FROM b)", [None]),
        ("UPDATE a SET x = (SELECT n, m FROM b)", [None]),
        ("UPDATE a SET x = (SELECT n FROM (SELECT 1 AS n) s)", [None]),
        ("UPDATE a SET x = (1 + 2)", []),
        ("UPDATE a SET x = (SELECT", []),
        ("())(", []),
    ],
)
def test_what_is_chosen(sql: str, chosen: list[Name | None]) -> None:
    assert [one.chosen for one in subselects(sql)] == chosen


@pytest.mark.parametrize(
    ("condition", "pairs"),
    [
        ("c.code = code", [(Name("c", "code"), Name("", "code"))]),
        ("code = c.code", [(Name("", "code"), Name("c", "code"))]),
        ("a = lower(b)", []),
        ("a <= b AND c >= d", []),
        ("a = 'b' AND c = 1", []),
        ("EXISTS (SELECT 1 FROM d WHERE d.a = c.b)", []),
    ],
)
def test_what_is_compared(condition: str, pairs: list[tuple[Name, Name]]) -> None:
    found = [one for one in subselects(f"UPDATE a SET x = (SELECT n FROM c WHERE {condition})") if "n" in one.words]
    assert [list(one.compared()) for one in found] == [pairs]


def test_the_tables_inside_and_around() -> None:
    (one,) = subselects("UPDATE shop.a t SET x = 1 WHERE id IN (SELECT a_id FROM b JOIN c d ON d.id = b.id)")
    assert {called: table.name for called, table in one.tables.items()} == {"b": "b", "d": "c"}
    assert [(table.schema, table.name) for table in one.others] == [("shop", "a")]
    assert one.before == "in"
