"""Names that need quotes, escapes or care; each file is run up, down and up again by the check itself."""

import pytest

from bot.request.commands import read
from tests.support.changes import Change, generated

# Not "it's": Alembic's own autogenerate looks for a serial's sequence under a wrong name there.
NAMES = [
    "MixedCase",
    "order",
    "two words",
    "100% sure",
    "per%s",
    "a:colon",
    'say "yes"',
    "back\\slash",
    "ünïcødé_漢",
    "a.dot",
    "x" * 63,
    "{braces}",
    "dollar$",
    "-- comment",
]


def models(name: str, *columns: str, extra: str = "") -> str:
    listed = "".join(f"    {column},\n" for column in columns)
    head = f"NAME = {name!r}\nsa.Table(NAME, Base.metadata,\n    Column('id', Integer, primary_key=True),\n"
    return f"{head}{listed})\n{extra}"


@pytest.mark.parametrize("name", NAMES)
def test_a_column_and_what_hangs_on_it(change: Change, name: str) -> None:
    change.base(models(name, "Column('other', Integer)"))
    new = models(
        name,
        "Column('other', Integer)",
        "Column(NAME, String(20), server_default='a%b:c', comment='it\\'s 100% \"x\"')",
        "Column('kind', sa.Enum('a b', 'c%d', 'e\\'f', name='Kind ' + NAME[:40]))",
        "sa.Index(('ix ' + NAME)[:60], NAME)",
        "sa.UniqueConstraint(NAME, 'other', name=('uq ' + NAME)[:60])",
    )
    project = change.check(new)
    assert project.status in ("proven", "warning"), project
    assert all(step.ok for step in project.round_trip.steps)
    assert not project.residual


@pytest.mark.parametrize("name", NAMES)
def test_a_table_in_a_schema_of_that_name(change: Change, name: str) -> None:
    change.base("Base.metadata.schema = None\n" + models("plain"))
    new = models("plain") + f"sa.Table('t', Base.metadata, Column('id', Integer, primary_key=True), schema={name!r})\n"
    project = change.check(new)
    assert project.status == "proven", project
    assert ("table", name, "t") in {(d.kind, d.schema, d.name) for d in project.declared}
    assert "op.create_table('t'" in generated(project).source


@pytest.mark.parametrize("name", ["MixedCase", "order", "two words", 'say "yes"', "100% sure", "a.dot"])
def test_renames_on_demand(change: Change, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    change.base(models("old", "Column('value', String(20))"))
    new = models(name, "Column('value', String(20))")
    project = change.check(new, None, rename=[f"old={quoted}"])
    assert project.status == "proven", project
    assert "rename_table" in generated(project).source


@pytest.mark.parametrize("name", ["two words", "a.dot", 'say "yes"', "a=b"])
def test_what_the_bot_offers_is_an_answer(change: Change, name: str) -> None:
    change.base(models(name, "Column('member name', String(20))", "Column('sum', String(9))"))
    new = models(name, "Column('member_name', String(20))", "Column('total', sa.Numeric(9), nullable=False)")
    asked = change.check(new).decisions
    answers: dict[str, list[str]] = {"rename": [], "fill": [], "using": []}
    for decision in asked:
        command = read(decision.how.replace(" SQL", " 0"))
        assert command is not None
        assert command.answer is not None
        answers[command.kind].append(f"{command.answer.subject}={command.answer.value}")
    assert (len(answers["rename"]), len(answers["fill"])) == (1, 1)
    project = change.check(new, None, **answers)
    assert project.status == "proven", project
    assert "new_column_name='member_name'" in generated(project).source


def test_models_that_cannot_be_built_are_an_error_that_names_them(change: Change) -> None:
    change.base(models("plain"))
    project = change.check(models("plain") + "sa.Table('b', Base.metadata, Column('x', sa.types.UserDefinedType()))\n")
    assert project.status == "error"
    assert project.error is not None
    assert "b" in project.error.message


def test_tables_that_refer_to_each_other_come_and_go(change: Change) -> None:
    circle = """
sa.Table("a", Base.metadata, Column("id", Integer, primary_key=True), Column("b_id", ForeignKey("b.id")))
sa.Table("b", Base.metadata, Column("id", Integer, primary_key=True), Column("a_id", ForeignKey("a.id")))
"""
    change.base(models("plain"))
    project = change.check(models("plain") + circle)
    assert all(step.ok for step in project.round_trip.steps), project
    assert not project.residual
