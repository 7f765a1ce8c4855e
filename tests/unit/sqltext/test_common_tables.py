"""Statements with parts that write and parts that read."""

import pytest

from bot.sqltext.common_tables import written_and_read

MADE = "WITH made AS (INSERT INTO owner (name) SELECT DISTINCT owner FROM doc RETURNING id, name) "


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        (MADE + "UPDATE doc SET owner_id = owner.id FROM owner WHERE owner.name = doc.owner", ["owner"]),
        (MADE + "UPDATE doc SET owner_id = (SELECT id FROM owner WHERE name = doc.owner)", ["owner"]),
        (MADE + ", x AS (SELECT id FROM owner) UPDATE doc SET owner_id = x.id FROM x", ["owner"]),
        (MADE + "UPDATE doc SET owner_id = made.id FROM made WHERE made.name = doc.owner", []),
        (MADE + "SELECT id FROM made UNION SELECT id FROM owner", []),
        ("WITH gone AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM gone", []),
        ("WITH gone AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM a", []),
        ("WITH set_ AS (UPDATE a SET n = 1 RETURNING id) INSERT INTO b SELECT n FROM a", ["a"]),
        ("WITH RECURSIVE t (n) AS (SELECT 1) UPDATE a SET n = t.n FROM t", []),
        ("UPDATE a SET n = b.n FROM b", []),
        ("WITH made AS (INSERT INTO", []),
        ("WITH", []),
        ("", []),
    ],
)
def test_tables_that_are_written_and_read(sql: str, tables: list[str]) -> None:
    assert [table.name for table in written_and_read(sql)] == tables
