"""Names that need quotes, escapes or care; each file is run up, down and up again by the check itself."""

from bot.request.commands import read
from tests.support.changes import Change, generated

# Not "it's": Alembic's own autogenerate looks for a serial's sequence under a wrong name there. "a.dot" stands where
# its schema is a new one: Alembic takes it for a database and a schema where a column is added.
NAMES = [
    "MixedCase",
    "order",
    "two words",
    "100% sure",
    "per%s",
    "a:colon",
    'say "yes"',
    "back\\slash",
    "a.dot",
    "ünïcødé_漢",
    "x" * 63,
    "{braces}",
    "dollar$",
    "-- comment",
]

# Every name in every position: a schema that is new or was there, a table, columns, a unique and a check constraint, an
# index, a foreign key, an enum type and its labels. Types and relations share their names, hence the schemas.
PROJECT = """
NAMES = {names!r}
AFTER = {after}
sa.Table("base", Base.metadata, Column("id", Integer, primary_key=True))
for number, name in enumerate(NAMES):
    if AFTER or number % 2:
        inside = sa.Table("t", Base.metadata, Column("id", Integer, primary_key=True), schema=name)
        if AFTER:
            inside.append_column(Column(name, Integer))
    state = sa.Enum(*NAMES[: None if AFTER else 3], name=name, schema="types")
    table = sa.Table(name, Base.metadata, Column("id", Integer, primary_key=True), Column("other", Integer))
    if number % 2:
        table.append_column(Column("state", state))
    if AFTER:
        table.append_column(Column(name, String(20), server_default="a%b:c", comment="it's 100% \\"x\\" " + name))
        table.append_column(Column("base_id", Integer))
        table.append_column(Column("kind", state))
        table.append_constraint(sa.CheckConstraint(sa.text("id > 0"), name=name))
        table.append_constraint(sa.ForeignKeyConstraint(["base_id"], ["base.id"], name="f" + name[:62]))
        table.append_constraint(sa.UniqueConstraint(name, "other", name="u" + name[:62]))
        sa.Index("i" + name[:62], table.c[name])
"""
RENAMED = """
for number, name in enumerate({names!r}):
    old = str(number)
    sa.Table({table}, Base.metadata, Column({column}, Integer, primary_key=True), Column("value", String(20)))
"""


def models(name: str, *columns: str) -> str:
    listed = "".join(f"    {column},\n" for column in columns)
    return f"sa.Table({name!r}, Base.metadata,\n    Column('id', Integer, primary_key=True),\n{listed})\n"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def test_every_name_in_every_position(change: Change) -> None:
    schema = 'sa.event.listen(Base.metadata, "before_create", DDL("CREATE SCHEMA IF NOT EXISTS types"))\n'
    change.base(schema + PROJECT.format(names=NAMES, after=False))
    project = change.check(schema + PROJECT.format(names=NAMES, after=True))
    assert [step for step in project.round_trip.steps if not step.ok] == []
    assert len(project.round_trip.steps) == 4
    assert project.residual == []
    assert project.status in ("proven", "warning"), project.findings
    changed = {(d.kind, d.name) for d in project.declared}
    assert {("schema", name) for name in NAMES[::2]} <= changed
    assert {(kind, name) for kind in ("column", "constraint") for name in NAMES} <= changed


def test_every_name_as_the_new_one_of_a_table_and_a_column(change: Change) -> None:
    change.base(RENAMED.format(names=NAMES, table="old", column="old"))
    new = RENAMED.format(names=NAMES, table="name", column="name")
    answers = [f"{number}={quoted(name)}" for number, name in enumerate(NAMES)]
    answers += [f"{number}.{number}={quoted(name)}" for number, name in enumerate(NAMES)]
    project = change.check(new, None, rename=answers)
    assert project.status == "proven", (project.findings, project.decisions)
    source = generated(project).source
    assert (source.count("op.rename_table("), source.count("new_column_name=")) == (2 * len(NAMES), 2 * len(NAMES))


def test_what_the_bot_offers_is_an_answer(change: Change) -> None:
    names = ["two words", "a.dot", 'say "yes"', "a=b"]
    before, after = (
        ("Column('member name', String(20))", "Column('sum', String(9))"),
        "Column('member_name', String(20))",
    )
    change.base("".join(models(name, *before) for name in names))
    total = "Column('total', sa.Numeric(9), nullable=False)"
    new = "".join(models(name, after, total) for name in names)
    asked = change.check(new).decisions
    answers: dict[str, list[str]] = {"rename": [], "fill": [], "using": []}
    for decision in asked:
        command = read(decision.how.replace(" SQL", " 0"))
        assert command is not None
        assert command.answer is not None
        answers[command.kind].append(f"{command.answer.subject}={command.answer.value}")
    assert (len(answers["rename"]), len(answers["fill"])) == (len(names), len(names))
    project = change.check(new, None, **answers)
    assert project.status == "proven", project
    assert generated(project).source.count("new_column_name='member_name'") == len(names)


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
