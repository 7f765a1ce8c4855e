"""What is said of statements by their text: a join past the foreign key, a limit that is not repeated."""

import pytest

from bot.findings.facts import Facts
from bot.findings.rules import joined_past_foreign_key, limited_once, statement_met_no_rows
from bot.model import Migration, ObjectKey, Project, Statement
from bot.schema.snapshots import Snapshot
from tests.support.facts import LOADED


def facts(sql: str, *, line: int = 2, source: str = "", old: Snapshot | None = None) -> Facts:
    statement = Statement(direction="upgrade", sql=sql, line=line, seconds=0.0)
    migration = Migration("a.py", "a", None, "pull_request", source, statements=[statement])
    project = Project(config="alembic.ini", status="failed", migrations=[migration])
    return Facts(project=project, base=None, head=LOADED, old=old)


def constraint(table: str, name: str, **attributes: object) -> tuple[ObjectKey, dict[str, object]]:
    return ObjectKey("constraint", "public", table, name), attributes


REFERS = {"references_schema": "public", "references_table": "customer", "references_columns": ["id"]}
SHOP = Snapshot(
    dict(
        [
            constraint("customer", "pk", type="p", columns=["id"]),
            constraint("orders", "pk", type="p", columns=["id"]),
            constraint("orders", "fk", type="f", columns=["customer_id"], **REFERS),
            constraint("note", "pk", type="p", columns=["id"]),
        ]
    )
)


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("UPDATE orders o SET name = c.name FROM customer c WHERE c.id = o.id", True),
        ("UPDATE orders SET name = (SELECT name FROM customer WHERE customer.id = orders.id)", True),
        ("UPDATE orders o SET name = c.name FROM customer c WHERE c.id = o.customer_id", False),
        ("UPDATE orders o SET name = c.name FROM customer c WHERE c.email = o.email", False),
        ("UPDATE orders o SET customer_id = c.id FROM customer c WHERE c.id = o.id", False),
        ("UPDATE note n SET name = c.name FROM customer c WHERE c.id = n.id", False),
        ("UPDATE orders a SET name = b.name FROM orders b WHERE a.id = b.id", False),
    ],
)
def test_a_join_past_the_foreign_key(sql: str, told: bool) -> None:
    found = list(joined_past_foreign_key.check(facts(sql, old=SHOP)))
    assert bool(found) is told
    assert all("orders.customer_id refers to customer.id" in one.title for one in found)


SOME = "UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t WHERE a IS NULL LIMIT 500)"
ONCE = "def upgrade():\n    op.execute('')\n"
LOOP = "def upgrade():\n    while op.get_bind().execute('').rowcount: pass\n"
HELPER = "def batch():\n    return op.execute('')\ndef upgrade():\n    while batch(): pass\n"
OTHER = "def upgrade():\n    op.execute('')\n    for x in y: pass\n"
EACH = "def upgrade():\n    for name in ('a', 'b'): op.execute(name)\n"
NAMED = "def upgrade():\n    for name in NAMES.items(): op.execute(name)\nNAMES = {'a': 1}\n"
BATCHES = "def upgrade():\n    for start in range(0, top, 500): op.execute(start)\n"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (ONCE, True),
        (OTHER, True),
        (EACH, True),
        (NAMED, True),
        (BATCHES, False),
        (LOOP, False),
        (HELPER, False),
        ("no python (", False),
    ],
)
def test_some_rows_at_a_time(source: str, told: bool) -> None:
    found = list(limited_once.check(facts(SOME, source=source)))
    assert [one.title for one in found] == ["The upgrade changes 500 rows at most"] * told


def test_without_a_limit_there_is_nothing_to_repeat() -> None:
    assert list(limited_once.check(facts("UPDATE t SET a = 1", source=ONCE))) == []


BOUND = "UPDATE t SET a = %(a)s WHERE b = %(b)s"


@pytest.mark.parametrize(
    ("sql", "source", "rows", "told"),
    [
        (SOME, LOOP, (5, 2, 0), None),
        (SOME, LOOP, (0,), 0),
        (SOME, LOOP, (0, 0), 1),
        (BOUND, LOOP, (5, 2, 0), None),
        (BOUND, BATCHES, (5, 0, 2), None),
        (BOUND, EACH, (5, 0, 2, 0), 1),
        (BOUND, ONCE, (5, 0), 0),
    ],
)
def test_a_loop_ends_with_a_statement_that_meets_no_rows(
    sql: str, source: str, rows: tuple[int, ...], told: int | None
) -> None:
    """`told` is how many there are besides the one that is told of."""
    statements = [Statement(direction="upgrade", sql=sql, line=2, rows=count) for count in rows]
    migration = Migration("a.py", "a", None, "pull_request", source, statements=statements)
    project = Project(config="alembic.ini", status="failed", migrations=[migration])
    found = list(statement_met_no_rows.check(Facts(project=project, base=None, head=LOADED)))
    assert len(found) == (told is not None)
    assert all(f"{told} more of this line" in one.detail if told else "more" not in one.detail for one in found)
