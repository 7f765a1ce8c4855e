"""A base whose models cannot be built: its migrations, and head's models, say what the change is."""

import pytest

from tests.support.changes import Change, codes, upgrade

FIRST = """
revision = "a1"
down_revision = None
from alembic import op
import sqlalchemy as sa

def upgrade():
    op.create_table("account", sa.Column("id", sa.Integer(), primary_key=True),
                    sa.Column("note", sa.Text(), server_default="x"))
    op.create_table("old", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("CREATE TABLE by_hand (id int)")

def downgrade():
    for name in ("by_hand", "old", "account"):
        op.drop_table(name)
"""
SECOND = """
revision = "b2"
down_revision = "a1"
from alembic import op
import sqlalchemy as sa

def upgrade():
    op.add_column("account", sa.Column("age", sa.Integer()))
    op.drop_table("old")

def downgrade():
    op.create_table("old", sa.Column("id", sa.Integer(), primary_key=True))
    op.drop_column("account", "age")
"""
ACCOUNT = """
class Account(Base):
    __tablename__ = "account"
    id = Column(Integer, primary_key=True)
    note = Column(Text)
"""
AGE = "    age = Column(Integer)\n"
OLD = "class Old(Base):\n    __tablename__ = 'old'\n    id = Column(Integer, primary_key=True)\n"
WRONG = {
    "import": "import not_there\n",
    "database": "class Far(Base):\n    __tablename__ = 'far'\n    id = Column(ForeignKey('no.id'), primary_key=True)\n",
}


def based(change: Change, wrong: str) -> None:
    change.base(ACCOUNT + OLD + wrong, {"migrations/versions/a1_first.py": FIRST})


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_migration_is_written_and_tried_all_the_same(change: Change, wrong: str) -> None:
    """There was no verdict on the very change that mends base."""
    based(change, wrong)
    project = change.check(ACCOUNT + AGE + OLD)
    assert (project.status, codes(project)) == ("warning", {"base-does-not-build", "older-drift"}), project
    assert [(d.name, d.action) for d in project.declared] == [("note", "changed"), ("age", "added")]
    assert "by_hand" not in upgrade(project)


@pytest.mark.parametrize("forgotten", [False, True])
def test_the_authors_own_is_judged_by_what_is_new(change: Change, forgotten: bool) -> None:
    """A default that the models never had, and a table made by hand, were there before: it is not charged with them."""
    based(change, WRONG["import"])
    models = ACCOUNT + AGE + ("    city = Column(Integer)\n" if forgotten else "")
    project = change.check(models, {"migrations/versions/b2_second.py": SECOND})
    assert project.status == ("failed" if forgotten else "warning"), (project.findings, project.error)
    assert [(d.kind, d.name) for d in project.residual] == ([("column", "city")] if forgotten else [])


def test_where_head_does_not_run_either_there_is_nothing_to_prove(change: Change) -> None:
    based(change, WRONG["import"])
    project = change.check("1 / 0\n" + ACCOUNT)
    assert project.status == "error"
    assert project.error is not None
    assert "ZeroDivisionError" in project.error.message
