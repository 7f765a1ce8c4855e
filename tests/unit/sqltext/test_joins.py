"""Which columns a statement compares."""

import pytest

from bot.sqltext.joins import compared_with_itself, equalities
from bot.sqltext.row_effects import TableName


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("UPDATE o SET a = c.a FROM c WHERE c.id = o.c_id", ["c.id = o.c_id"]),
        ("UPDATE orders AS o SET a = x.a FROM shop.customer x WHERE x.id=o.id", ["customer.id = orders.id"]),
        ('UPDATE "O" SET a = 1 FROM "C" WHERE "C"."Id" = "O".id', ["C.Id = O.id"]),
        ("UPDATE o SET a = (SELECT max(c.a) FROM c WHERE c.id = o.id)", ["c.id = o.id"]),
        ("DELETE FROM ONLY o USING c WHERE o.id = c.id", ["o.id = c.id"]),
        ("INSERT INTO d SELECT * FROM a, b y JOIN c ON c.id = y.id", ["c.id = b.id"]),
        ("DELETE FROM t a USING t b WHERE a.email = b.email", []),
        ("UPDATE o SET a = 'c.id = o.id' FROM c WHERE id = o_id", []),
        ("UPDATE", []),
        ("", []),
    ],
)
def test_columns_that_are_compared(sql: str, expected: list[str]) -> None:
    found = [f"{e.table.name}.{e.column} = {e.other.name}.{e.other_column}" for e in equalities(sql)]
    assert found == expected


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE a SET n = s.n FROM (SELECT g, sum(n) AS n FROM a GROUP BY g) s WHERE s.g = a.g", ["g"]),
        ("UPDATE a SET n = (SELECT sum(b.n) FROM a b WHERE b.g = a.g)", ["g"]),
        ("UPDATE a SET n = s.n FROM (SELECT g, sum(n) AS n FROM other GROUP BY g) s WHERE s.g = a.g", []),
        ("UPDATE a SET n = p.n + 1 FROM a p WHERE p.id = a.parent_id", []),
        ("UPDATE a SET n = s.n FROM (SELECT g FROM a) s WHERE s.g IS NOT DISTINCT FROM a.g", []),
    ],
)
def test_columns_by_which_a_table_is_compared_with_itself(sql: str, found: list[str]) -> None:
    assert list(compared_with_itself(sql, TableName("", "a"))) == found
