"""What random pairs of schemas have shown to be wrong, each as small as it can be."""

from itertools import product

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


DIALECT = [f"postgresql.{name}" for name in ("TSVECTOR()", "ARRAY(Integer)", "INET()", "CIDR()")]


def test_values_become_text_and_come_back(change: Change) -> None:
    kinds = [*DIALECT, "sa.Interval()", "sa.LargeBinary()", "Boolean"]
    table = "sa.Table('note', Base.metadata, Column('id', Integer, primary_key=True), {columns})\n"
    before = ", ".join(f"Column('x{n}', {kind})" for n, kind in enumerate(kinds))
    after = ", ".join(f"Column('x{n}', Text)" for n in range(len(kinds)))
    change.base(table.format(columns=before))
    project = change.check(table.format(columns=after))
    assert project.status == "proven"
    assert len(project.declared) == len(kinds)
    assert not project.round_trip.rows.lost


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


def test_texts_that_all_read_as_the_new_type_are_proven(change: Change) -> None:
    change.base(note("Text"))
    project = change.check(note("Integer"), using=["note.x=x::integer"])
    assert project.status == "proven"


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


def test_a_conversion_may_have_signs_of_per_cent_in_it(change: Change) -> None:
    change.base(note("Integer), Column('per%cent', Boolean"))
    project = change.check(note("Integer), Column('per%cent', Text"))
    assert project.status == "proven"


def test_a_unique_column_comes_back_without_twins(change: Change) -> None:
    columns = ["postgresql.TSTZRANGE(), nullable=False", "Numeric(9, 2), server_default='0'"]
    base = head = ""
    for number, (column, one_null) in enumerate(product(columns, [False, True])):
        table = repr(f"t{number}")
        unique = f"sa.UniqueConstraint('y', name='one{number}', postgresql_nulls_not_distinct={one_null})"
        before = note(f"Integer), Column('y', {column}), {unique}, sa.CheckConstraint('true'")
        base += before.replace("'note'", table)
        head += note("Integer").replace("'note'", table)
    change.base(base)
    project = change.check(head)
    assert [d.name for d in project.declared if d.kind == "column"] == ["y"] * 4
    assert project.status == "proven"
    assert "proven-without-rows" not in codes(project)


def test_moments_do_not_become_addresses(change: Change) -> None:
    change.base(note("postgresql.MACADDR()"))
    project = change.check(note("sa.DateTime()"))
    assert decision(project, "note.x").decided == "open"
    assert project.status == "warning"
