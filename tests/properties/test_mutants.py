"""Right migrations that are broken on purpose: each kind of break is made, each text is another one, and compiles."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.mutants.__main__ import RIGHT, right_cases
from benchmarks.mutants.operators import mutants

SOURCE = """
def upgrade():
    op.add_column("t", sa.Column("a", sa.String(20), nullable=True, server_default="x"))
    op.create_foreign_key("t_b", "t", "u", ["b"], ["id"], ondelete="CASCADE")
    op.execute("UPDATE t SET a = c WHERE d IS NULL AND e < 5")
    op.execute("INSERT INTO u (a) SELECT 'y' FROM t")


def downgrade():
    op.alter_column("t", "a", type_=sa.Text(), postgresql_using="a::text")
    op.drop_column("t", "a")
"""
MODELS = 'sa.Table("t", m, sa.Column("b", sa.Text), sa.Column("c", sa.Text))'


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE t SET a = c')",
        "UPDATE t SET a = c WHERE d IS NOT NULL AND e < 5",
        "UPDATE t SET a = c WHERE t.id % 2 = 0 AND (d IS NULL AND e < 5)",
        "UPDATE t SET a = c WHERE d IS NULL OR e < 5",
        "UPDATE t SET a = c WHERE d IS NULL AND e > 5",
        "UPDATE t SET a = c WHERE d IS NULL AND e < 6",
        "UPDATE t SET a = b WHERE d IS NULL AND e < 5",
        "SELECT DISTINCT 'y' FROM t",
        "SELECT 'y_' FROM t",
        "sa.String(19)",
        "nullable=False",
        "server_default='x1'",
        "sa.Column('a', sa.String(20), nullable=True)",
        "['b'], ['id'])",
        "['c'], ['id'], ondelete='CASCADE'",
        "type_=sa.Text())",
        "def downgrade():\n    pass",
        "def downgrade():\n    op.drop_column('t', 'a')\n    op.alter_column",
    ],
)
def test_each_kind_of_break_is_made(text: str) -> None:
    assert text not in ast.unparse(ast.parse(SOURCE))
    assert sum(text in mutant.source for mutant in mutants(SOURCE, [MODELS])) == 1


def test_every_right_migration_has_many_and_each_is_another_text() -> None:
    for case in right_cases(0):
        models = [Path(case.path, side, "models.py").read_text(encoding="utf-8") for side in ("old", "new")]
        found = mutants((RIGHT / case.name / "migration.py").read_text(encoding="utf-8"), models)
        assert Counter(mutant.source for mutant in found).most_common(1)[0][1] == 1
        assert len(found) >= 4
        for mutant in found:
            compile(mutant.source, case.name, "exec")
