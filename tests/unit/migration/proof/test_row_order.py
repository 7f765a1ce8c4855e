"""Which migrations are tried with their rows in another order."""

import pytest

from bot.migration.proof.row_order import may_matter


@pytest.mark.parametrize(
    ("source", "tried"),
    [
        ('op.execute("UPDATE t SET a = (SELECT max(b) FROM u)")', True),
        ('op.execute("UPDATE t SET a = u.a\\n FROM u WHERE u.t_id = t.id")', True),
        ('op.execute("UPDATE t SET a = u.a\\nFROM u\\nWHERE u.t_id = t.id")', True),
        ('op.execute("DELETE FROM t USING t o WHERE o.id < t.id")', True),
        ("for row in session.query(T): row.place = 1", True),
        ("bind.execute(sa.select(t)).all()", True),
        ('from alembic import op\nop.execute("UPDATE t SET a = lower(b)")', False),
        ('op.execute("DELETE FROM t WHERE a IS NULL")', False),
        ('op.execute("UPDATE t SET a = (SELECT gen_random_uuid())")', True),
        ("for row in session.query(T): row.at = datetime.utcnow()", True),
        ('op.execute("UPDATE api_token SET salt = (SELECT random FROM u)")', True),
        ('op.execute("UPDATE t SET current_state = (SELECT s FROM u)")', True),
    ],
)
def test_what_reads_several_rows(source: str, tried: bool) -> None:
    assert may_matter([source]) is tried
