"""What random pairs of schemas have shown to be wrong, each as small as it can be."""

from itertools import product

import pytest

from bot.model import Project
from tests.integration.migration.test_own_migrations import second
from tests.support.changes import Change, codes, decision, generated, upgrade

FIRST = """
revision = "a1"
down_revision = None
from alembic import op
import sqlalchemy as sa

def upgrade():
    op.create_table("note", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("x", sa.Integer()))

def downgrade():
    op.drop_table("note")
"""


def note(column: str, schema: str = "None") -> str:
    return (
        f"sa.Table('note', Base.metadata, Column('id', Integer, primary_key=True), Column('x', {column}),"
        f" schema={schema})\n"
        f"schemas = [{schema}] if {schema} else []\n"
        "for name in schemas:\n"
        "    event.listen(Base.metadata, 'before_create', DDL(f'CREATE SCHEMA IF NOT EXISTS {name}'))\n"
    )


DIALECT = [f"postgresql.{name}" for name in ("TSVECTOR()", "ARRAY(Integer)", "INET()", "CIDR()")]
KINDS = [*DIALECT, "sa.Interval()", "sa.LargeBinary()", "Boolean"]
WIDE = "sa.Table('wide', Base.metadata, Column('id', Integer, primary_key=True), {columns})\n"
TWINS = [*product(["postgresql.TSTZRANGE(), nullable=False", "Numeric(9, 2), server_default='0'"], [False, True])]


def named(name: str, column: str) -> str:
    return note(column).replace("'note'", repr(name))


def twins() -> str:
    """Tables with a unique column, which goes and comes back."""
    made = ""
    for number, (column, one_null) in enumerate(TWINS):
        unique = f"sa.UniqueConstraint('y', name='one{number}', postgresql_nulls_not_distinct={one_null})"
        made += named(f"t{number}", f"Integer), Column('y', {column}), {unique}, sa.CheckConstraint('true'")
    return made


@pytest.fixture(scope="module")
def proven(joined: Change) -> Project:
    """What all went wrong once, each in a table of its own."""
    before = ", ".join(f"Column('x{n}', {kind})" for n, kind in enumerate(KINDS))
    after = ", ".join(f"Column('x{n}', Text)" for n in range(len(KINDS)))
    joined.base(
        WIDE.format(columns=before)
        + named("texts", "Text")
        + named("signs", "Integer), Column('per%cent', Boolean")
        + twins()
    )
    models = (
        WIDE.format(columns=after),
        named("texts", "Integer"),
        named("signs", "Integer), Column('per%cent', Text"),
        *(named(f"t{number}", "Integer") for number in range(len(TWINS))),
    )
    return joined.check("".join(models), using=["texts.x=x::integer"])


def test_all_of_these_are_proven(proven: Project) -> None:
    """Texts that all read as the new type are, and a conversion with signs of per cent in it."""
    warned = [found for found in proven.findings if found.severity == "warning"]
    assert {found.code for found in warned} == {"literal-kept"}, (proven.error, proven.findings, proven.decisions)
    assert sorted(found.title.split(" of ")[1].split()[0] for found in warned) == ["wide.x1", "wide.x5"]
    changed = {(d.key.parent or d.key.name, d.name) for d in proven.declared if d.kind == "column"}
    assert {("texts", "x"), ("signs", "per%cent")} <= changed


def test_values_become_text_and_come_back(proven: Project) -> None:
    assert len([d for d in proven.declared if d.name.startswith("x") and d.name != "x"]) == len(KINDS)
    assert not proven.round_trip.rows.lost


def test_a_unique_column_comes_back_without_twins(proven: Project) -> None:
    assert [d.name for d in proven.declared if d.kind == "column" and d.name == "y"] == ["y"] * len(TWINS)
    assert "proven-without-rows" not in codes(proven)


def test_a_table_moves_into_a_schema_that_is_new_and_back(change: Change) -> None:
    change.base(note("Text"))
    project = change.check(note("Text", "'shop'"), rename=["note=shop.note"])
    assert 'op.execute("CREATE SCHEMA shop")' in upgrade(project)
    assert all(step.ok for step in project.round_trip.steps)
    assert not project.residual


def test_a_table_leaves_a_schema_that_goes_with_it(change: Change) -> None:
    change.base(note("Text", "'shop'"))
    project = change.check(note("Text"), rename=["shop.note=public.note"])
    assert 'op.execute("CREATE SCHEMA shop")' in generated(project).source.partition("def downgrade")[2]
    assert project.status == "proven"


def test_numbers_that_become_one_text_are_lost(change: Change) -> None:
    change.base(note("Integer"), {"migrations/versions/a1_first.py": FIRST})
    up = "op.alter_column('note', 'x', type_=sa.Text(), postgresql_using=\"'gone'\")"
    down = "op.alter_column('note', 'x', type_=sa.Integer(), postgresql_using='0')"
    project = change.check(note("Text"), second(up, down))
    assert "data-lost" in codes(project)
    assert project.status == "failed"


def test_texts_that_may_not_read_as_the_new_type_are_asked_about(change: Change) -> None:
    kinds = ["Integer", "sa.JSON()", "sa.Date()", "sa.Enum('a', 'b', name='word')"]
    tables = [f"t{number}" for number, _ in enumerate(kinds)]
    change.base("".join(note("Text").replace("'note'", repr(name)) for name in tables))
    project = change.check(
        "".join(note(kind).replace("'note'", repr(n)) for n, kind in zip(tables, kinds, strict=True))
    )
    assert all(step.ok for step in project.round_trip.steps)
    assert [decision(project, f"{name}.x").decided for name in tables] == ["assumed"] * len(kinds)
    assert project.status == "warning"


def test_an_empty_array_has_no_first_element(change: Change) -> None:
    change.base(note("postgresql.ARRAY(Integer), nullable=False"))
    project = change.check(note("sa.BigInteger(), nullable=False"))
    asked = decision(project, "note.x")
    assert asked.decided == "open"
    assert project.status == "warning"
    answer = asked.how.removeprefix("/migration using note.x ")
    assert answer == "coalesce(x[1], 0)"
    assert change.check(note("sa.BigInteger(), nullable=False"), using=[f"note.x={answer}"]).status == "proven"


def test_what_is_computed_from_rows_may_not_fit_its_type(change: Change) -> None:
    change.base(note("Integer"))
    computed = "Integer), Column('twice', Integer, sa.Computed('x * 2', persisted=True)"
    project = change.check(note(computed))
    assert "stopped-by-rows" in codes(project)
    assert project.status == "warning"


def test_moments_do_not_become_addresses(change: Change) -> None:
    change.base(note("postgresql.MACADDR()"))
    project = change.check(note("sa.DateTime()"))
    assert decision(project, "note.x").decided == "open"
    assert project.status == "warning"
