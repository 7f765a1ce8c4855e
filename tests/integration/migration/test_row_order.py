"""Values that depend on the order in which rows happen to be read: a migration must not leave them to chance."""

import pytest

from bot.model import Project
from tests.integration.migration.test_own_migrations import second
from tests.support.changes import Change

MODELS = """
class Parent(Base):
    __tablename__ = "parent"
    id = Column(Integer, primary_key=True)
{columns}

class Child(Base):
    __tablename__ = "child"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("parent.id"), nullable=False, index=True)
    name = Column(Text, nullable=False)
{ranks}

class Tag(Base):
    __tablename__ = "tag"
    id = Column(Integer, primary_key=True)
    name = Column(Text, unique=True)
"""
FIRST = """
revision = "a1"
down_revision = None
from alembic import op
import sqlalchemy as sa

def upgrade():
    op.create_table("parent", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table("child", sa.Column("id", sa.Integer(), primary_key=True),
                    sa.Column("parent_id", sa.Integer(), sa.ForeignKey("parent.id"), nullable=False),
                    sa.Column("name", sa.Text(), nullable=False))
    op.create_index("ix_child_parent_id", "child", ["parent_id"])
    op.create_table("tag", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text(), unique=True))

def downgrade():
    op.drop_table("tag")
    op.drop_table("child")
    op.drop_table("parent")
"""
# How a new column of each parent, or child, is filled: by chance, and in an order that says which row counts.
FILLED = {
    "parent.joined": (
        "(SELECT string_agg(name, '-') FROM child WHERE parent_id = parent.id)",
        "(SELECT string_agg(name, '-' ORDER BY id) FROM child WHERE parent_id = parent.id)",
    ),
    "parent.picked": (
        "(SELECT name FROM child WHERE parent_id = parent.id LIMIT 1)",
        "(SELECT name FROM child WHERE parent_id = parent.id ORDER BY id LIMIT 1)",
    ),
    "parent.kept": (
        "c.name FROM (SELECT DISTINCT ON (parent_id) * FROM child) c WHERE c.parent_id = parent.id",
        "c.name FROM (SELECT DISTINCT ON (parent_id) * FROM child ORDER BY parent_id, id) c"
        " WHERE c.parent_id = parent.id",
    ),
    "parent.matched": (
        "c.name FROM child c WHERE c.parent_id = parent.id",
        "c.name FROM child c WHERE c.parent_id = parent.id AND NOT EXISTS"
        " (SELECT FROM child d WHERE d.parent_id = c.parent_id AND d.id > c.id)",
    ),
    "parent.tied": (
        "(SELECT id::text FROM child WHERE parent_id = parent.id ORDER BY name DESC LIMIT 1)",
        "(SELECT id::text FROM child WHERE parent_id = parent.id ORDER BY name DESC, id LIMIT 1)",
    ),
    "child.rank": (
        "n.n::text FROM (SELECT id, row_number() OVER (PARTITION BY parent_id) AS n FROM child) n"
        " WHERE n.id = child.id",
        "n.n::text FROM (SELECT id, row_number() OVER (PARTITION BY parent_id ORDER BY id) AS n FROM child) n"
        " WHERE n.id = child.id",
    ),
}
ADDED = 'op.add_column("{0}", sa.Column("{1}", sa.Text()))\nop.execute("UPDATE {0} SET {1} = {2}")\n'
# What is another value each time, in any order, and what refers to it.
RANDOM = """op.add_column("child", sa.Column("stamp", sa.Text()))
op.execute("UPDATE child SET stamp = (SELECT clock_timestamp()::text || gen_random_uuid())")
"""
# Rows of another table, whose numbers are given in the order in which rows are read: that is meant.
TAGS = 'op.execute("INSERT INTO tag (name) SELECT DISTINCT name FROM child ON CONFLICT DO NOTHING")'
NO_TAGS = 'op.execute("DELETE FROM tag WHERE name IN (SELECT name FROM child)")'


def checked(change: Change, which: int) -> Project:
    names = [name.split(".") for name in FILLED]
    columns = [
        "\n".join(f"    {name} = Column(Text)" for of, name in names if of == table) for table in ("parent", "child")
    ]
    change.base(MODELS.format(columns="", ranks=""), {"migrations/versions/a1_first.py": FIRST})
    up = RANDOM + "".join(ADDED.format(*name.split("."), values[which]) for name, values in FILLED.items())
    down = "\n".join(f'op.drop_column("{table}", "{name}")' for table, name in [*names, ("child", "stamp")])
    files = second(up + TAGS, f"{NO_TAGS}\n{down}")
    return change.check(MODELS.format(columns=columns[0], ranks=columns[1] + "\n    stamp = Column(Text)"), files)


@pytest.fixture(scope="module")
def by_chance(joined: Change) -> Project:
    return checked(joined, 0)


@pytest.mark.parametrize("column", FILLED)
def test_what_is_left_to_chance_is_told(by_chance: Project, column: str) -> None:
    told = [found for found in by_chance.findings if "the order in which rows happen to be read" in found.title]
    assert [found.severity for found in told if f"of {column} depend" in found.title] == ["warning"]


def test_numbers_that_a_sequence_gives_are_not(by_chance: Project) -> None:
    assert not [found for found in by_chance.findings if "tag" in found.title and "order" in found.title]


def test_what_is_random_anyway_is_not(by_chance: Project) -> None:
    told = [found.title for found in by_chance.findings if "child.stamp" in found.title]
    assert [title for title in told if "order" in title] == []
    assert len(told) == 1
    assert "one random value" in told[0]


def test_what_says_which_row_counts_is_not(change: Change) -> None:
    assert not [found.title for found in checked(change, 1).findings if "order in which" in found.title]


def test_what_stands_in_a_file_of_sql_is_told_as_well(change: Change) -> None:
    change.base(MODELS.format(columns="", ranks=""), {"migrations/versions/a1_first.py": FIRST})
    up = 'op.add_column("parent", sa.Column("matched", sa.Text()))\n'
    up += 'op.execute(open(__file__.replace(".py", ".sql")).read())'
    sql = f"UPDATE parent\nSET matched = {FILLED['parent.matched'][0]}"
    files = second(up, 'op.drop_column("parent", "matched")') | {"migrations/versions/b2_second.sql": sql}
    project = change.check(MODELS.format(columns="    matched = Column(Text)", ranks=""), files)
    assert "parent.matched depend on the order" in " ".join(found.title for found in project.findings)
