"""Sums in which equal values count once."""

from dataclasses import replace

import msgspec
import pytest

from bot.findings.facts import Facts
from bot.findings.rules.equal_values_once import check
from bot.model import Migration, Project, Statement
from tests.support.facts import LOADED
from tests.support.snapshots import column, key, snapshot

OWN = Migration(path="versions/b2.py", revision="b2", down_revision="a1", origin="pull_request", source="")
TABLE = snapshot(
    column("line", "id", type="integer"), column("line", "amount", type="integer"), key("line", "line_pkey", ["id"])
)


def said(sql: str, source: str = "") -> int:
    statement = Statement(direction="upgrade", sql=sql, line=7, rows=1)
    migration = msgspec.structs.replace(OWN, statements=[statement], source=source)
    facts = Facts(
        project=Project(config="alembic.ini", status="proven", migrations=[migration]), base=LOADED, head=LOADED
    )
    return len(list(check(replace(facts, old=TABLE))))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("sum(DISTINCT amount)", 1),
        ("coalesce(avg(distinct l.amount), 0)", 1),
        ("sum(DISTINCT l.amount * 2)", 1),
        ("sum(amount)", 0),
        ("sum(DISTINCT l.id)", 0),
        ("count(DISTINCT amount)", 0),
        ("'sum(DISTINCT amount)'", 0),
    ],
)
def test_sums_of_the_server(value: str, found: int) -> None:
    assert said(f"UPDATE orders SET total = (SELECT {value} FROM line l WHERE order_id = orders.id)") == found
    assert said(f"SELECT order_id, {value} FROM line l GROUP BY order_id") == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("sum({row.amount for row in rows})", 1),
        ("sum(set(amounts))", 1),
        ("sum(row.amount for row in rows)", 0),
        ("len({row.amount for row in rows})", 0),
    ],
)
def test_sums_of_a_program(value: str, found: int) -> None:
    assert said("SELECT 1", f"total = {value}\n") == found
