"""Which migrations are tried with their rows in another order."""

import pytest

from bot.migration.proof.row_order import may_matter, may_send


@pytest.mark.parametrize(
    ("sql", "tried"),
    [
        ("UPDATE t SET a = (SELECT max(b) FROM u)", True),
        ("UPDATE t SET a = u.a\nFROM u\nWHERE u.t_id = t.id", True),
        ("DELETE FROM t USING t o WHERE o.id < t.id", True),
        ("MERGE INTO t USING u ON u.id = t.id WHEN MATCHED THEN DELETE", True),
        ("SELECT t.a FROM t", True),
        ("COPY t TO STDOUT", True),
        ("DO $$ BEGIN PERFORM fill(); END $$", True),
        ("CALL fill()", True),
        ("UPDATE t SET a = lower(b)", False),
        ("DELETE FROM t WHERE a IS NULL", False),
        ("INSERT INTO t (a) VALUES (1)", False),
        ("SELECT pg_catalog.pg_class.relname FROM pg_catalog.pg_class", False),
    ],
)
def test_what_reads_several_rows(sql: str, tried: bool) -> None:
    assert may_matter(["ALTER TABLE t ADD COLUMN a text", sql]) is tried


@pytest.mark.parametrize(
    ("source", "sends"),
    [
        ('op.execute("UPDATE t SET a = lower(b)")', True),
        ("for row in Session(op.get_bind()).query(T): row.place = 1", True),
        ("op.bulk_insert(t, rows)", True),
        ("op.get_bind().connection.cursor()", True),
        ("from company_migrations import backfill\nbackfill()", True),
        ("def upgrade():\n    from .tools import fill\n    fill()", True),
        (
            "from typing import Sequence, Union\nimport sqlalchemy as sa\nfrom sqlalchemy.dialects import postgresql",
            False,
        ),
        ('op.add_column("t", sa.Column("a", sa.Text()))', False),
        ('op.create_index("i", "t", ["a"])', False),
    ],
)
def test_what_may_send_statements(source: str, sends: bool) -> None:
    assert may_send(["from alembic import op", source]) is sends
