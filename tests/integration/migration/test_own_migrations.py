"""Migrations that people wrote: run, judged, and completed where they leave something undone."""

import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import pytest

from bot.model import Project
from tests.support.changes import Change, codes, decision, finding, generated
from tests.support.projects import ENV

ACCOUNT = """
class Account(Base):
    __tablename__ = "account"
    id = Column(Integer, primary_key=True)
    name = Column(String(40), nullable=False)
"""

FIRST = """
revision = "a1"
down_revision = None
from alembic import op
import sqlalchemy as sa

def upgrade():
    op.create_table("account", sa.Column("id", sa.Integer(), primary_key=True),
                    sa.Column("name", sa.String(40), nullable=False))

def downgrade():
    op.drop_table("account")
"""


def second(upgrade: str, downgrade: str) -> dict[str, str]:
    lines = [
        "from alembic import op",
        "import sqlalchemy as sa",
        "",
        'revision = "b2"',
        'down_revision = "a1"',
        "",
        "",
        "def upgrade():",
        *(f"    {line}" for line in upgrade.splitlines()),
        "",
        "",
        "def downgrade():",
        *(f"    {line}" for line in downgrade.splitlines()),
    ]
    return {"migrations/versions/b2_second.py": "\n".join(lines) + "\n"}


def first_of_all(files: dict[str, str]) -> dict[str, str]:
    """Where base has no migration."""
    return {path: text.replace('down_revision = "a1"', "down_revision = None") for path, text in files.items()}


def based(change: Change) -> None:
    change.base(ACCOUNT, {"migrations/versions/a1_first.py": FIRST})


ADD_AGE = "op.add_column('account', sa.Column('age', sa.Integer()))"
DROP_AGE = "op.drop_column('account', 'age')"


def test_what_it_leaves_undone_is_generated_and_shown_as_a_diff(change: Change) -> None:
    based(change)
    new = ACCOUNT + "    age = Column(Integer)\n    city = Column(String(9))\n"
    project = change.check(new, second(ADD_AGE, DROP_AGE))
    assert project.status == "failed"
    assert [(d.kind, d.name) for d in project.residual] == [("column", "city")]
    assert "city" in generated(project).source
    assert generated(project).down_revision == "b2"
    diff = finding(project, "mended").detail
    assert "+    op.add_column('account', sa.Column('city', sa.String(length=9), nullable=True))" in diff
    assert "+    op.drop_column('account', 'city')" in diff


def test_a_drop_and_an_add_that_look_like_a_rename_are_not_fine(change: Change) -> None:
    based(change)
    up = "op.drop_column('account', 'name')\nop.add_column('account', sa.Column('full_name', sa.String(40)))"
    down = (
        "op.drop_column('account', 'full_name')\n"
        "op.add_column('account', sa.Column('name', sa.String(40), nullable=False, server_default=''))\n"
        "op.alter_column('account', 'name', server_default=None)"
    )
    new = ACCOUNT.replace("name = Column(String(40), nullable=False)", "full_name = Column(String(40))")
    project = change.check(new, second(up, down))
    asked = decision(project, "account.name")
    assert (project.status, asked.decided) == ("warning", "open")
    assert "values are lost" in asked.question


def test_not_null_without_a_value_fails_on_the_first_row(change: Change) -> None:
    based(change)
    up = "op.add_column('account', sa.Column('age', sa.Integer(), nullable=False))"
    project = change.check(ACCOUNT + "    age = Column(Integer, nullable=False)\n", second(up, DROP_AGE))
    assert project.status == "failed"
    assert "as soon as there is a row" in finding(project, "stopped-by-rows").title
    diff = finding(project, "mended").detail
    assert "-    op.add_column('account', sa.Column('age', sa.Integer(), nullable=False))" in diff
    assert "+    op.add_column('account', sa.Column('age', sa.Integer(), nullable=True))" in diff


def test_a_constraint_that_rows_may_violate_is_asked_about(change: Change) -> None:
    based(change)
    up = "op.create_unique_constraint('uq_account_name', 'account', ['name'])"
    down = "op.drop_constraint('uq_account_name', 'account')"
    new = ACCOUNT + '    __table_args__ = (sa.UniqueConstraint("name", name="uq_account_name"),)\n'
    project = change.check(new, second(up, down))
    asked = decision(project, "account.name")
    assert (project.status, asked.decided) == ("warning", "open")
    assert "(7 of the bot's rows do)" in asked.question
    assert not project.residual


SWAP = 'op.execute("UPDATE account SET (name, other) = (other, name)")\n'
ROTATE = """\
bind = op.get_bind()
found = bind.execute(sa.text("SELECT id, name FROM account ORDER BY id")).fetchall()
op.execute("UPDATE account SET name = '~' || id")
for (key, _), (_, other) in zip(found, found[STEP:] + found[:STEP]):
    bind.execute(sa.text("UPDATE account SET name = :name WHERE id = :key"), {"name": other, "key": key})
"""


# Where no value comes twice, each new one has one old one: that alone says nothing.
UNIQUE = ACCOUNT.replace("nullable=False)", "nullable=False, unique=True)")
UNIQUE += "    other = Column(String(40), nullable=False, unique=True)\n"


KEYED = """
class Account(Base):
    __tablename__ = "account"
    id = Column(Integer, sa.Identity(), primary_key=True)
    name = Column(String(40), nullable=False)
"""
IDENTITY = (
    "op.execute('ALTER TABLE account ALTER COLUMN id DROP DEFAULT')\n"
    "op.execute('DROP SEQUENCE account_id_seq')\n"
    "op.execute('ALTER TABLE account ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY')"
)
CARRY_ON = "SELECT setval(pg_get_serial_sequence('account', 'id'), max(id)) FROM account"
SERIAL = (
    "op.execute('ALTER TABLE account ALTER COLUMN id DROP IDENTITY')\n"
    "op.execute('CREATE SEQUENCE account_id_seq AS integer OWNED BY account.id')\n"
    "op.execute(\"ALTER TABLE account ALTER COLUMN id SET DEFAULT nextval('account_id_seq')\")"
)


def test_a_key_whose_next_numbers_are_taken_is_told(change: Change) -> None:
    based(change)
    project = change.check(KEYED, second(IDENTITY, SERIAL))
    told = finding(project, "sequence-behind")
    assert (project.status, all(step.ok for step in project.round_trip.steps)) == ("warning", True)
    assert "account.id" in told.title
    assert told.advice.split("`")[1] == CARRY_ON  # with which it is proven: `RIGHT`


def test_a_key_that_base_left_behind_is_not_charged_to_the_change(change: Change) -> None:
    rows = FIRST.replace(
        "def downgrade", "    op.execute(\"INSERT INTO account VALUES (900, 'first')\")\n\ndef downgrade"
    )
    change.base(ACCOUNT, {"migrations/versions/a1_first.py": rows})
    project = change.check(ACCOUNT + "    age = Column(Integer)\n", second(ADD_AGE, DROP_AGE))
    assert (project.status, "sequence-behind" in codes(project)) == ("proven", False)


def test_a_missing_downgrade_is_a_state_and_no_crash(change: Change) -> None:
    based(change)
    add_size = ADD_AGE.replace("age", "size")
    (third,) = second(add_size, "raise NotImplementedError('no way back')").values()
    third = third.replace('"b2"', '"c3"').replace('"a1"', '"b2"')
    files = {**second(ADD_AGE, "pass"), "migrations/versions/c3_third.py": third}
    project = change.check(ACCOUNT + "    age = Column(Integer)\n    size = Column(Integer)\n", files)
    assert project.status == "warning"
    assert [migration.downgrade for migration in project.migrations] == ["missing", "irreversible"]


def test_a_downgrade_that_leaves_something_behind_is_found(change: Change) -> None:
    based(change)
    up = ADD_AGE + "\nop.create_index('ix_account_name', 'account', ['name'])"
    new = ACCOUNT + '    age = Column(Integer)\n    __table_args__ = (sa.Index("ix_account_name", "name"),)\n'
    project = change.check(new, second(up, DROP_AGE))
    step = next(step for step in project.round_trip.steps if step.name == "downgrade")
    assert project.status == "failed"
    assert [(d.kind, d.name, d.action) for d in step.differences] == [("index", "ix_account_name", "removed")]


def test_an_upgrade_that_raises_is_told_with_its_line(change: Change) -> None:
    based(change)
    project = change.check(ACCOUNT + "    age = Column(Integer)\n", second("raise RuntimeError('oh dear')", DROP_AGE))
    step = project.round_trip.steps[0]
    assert project.status == "failed"
    assert step.error is not None
    assert "oh dear" in step.error.message
    diff = finding(project, "mended").detail
    assert "-    raise RuntimeError('oh dear')" in diff
    assert "+    op.add_column('account', sa.Column('age', sa.Integer(), nullable=True))" in diff


def test_older_drift_is_neither_charged_nor_repaired(change: Change) -> None:
    models = ACCOUNT + "    forgotten = Column(Integer)\n"
    change.base(models, {"migrations/versions/a1_first.py": FIRST})
    project = change.check(models + "    age = Column(Integer)\n")
    assert project.status == "proven"
    assert [(d.kind, d.name) for d in project.drift] == [("column", "forgotten")]
    assert "forgotten" not in generated(project).source
    alone = change.check(models + "# touched\n", None, **{"include-drift": True})
    assert "forgotten" in generated(alone).source
    repaired = change.check(models + "    age = Column(Integer)\n", None, **{"include-drift": True})
    assert "forgotten" in generated(repaired).source


def test_what_no_model_declares_may_be_dropped_with_its_values(change: Change) -> None:
    """The drop was a warning, and that its values do not come back an error besides."""
    drifted = FIRST.replace('sa.Column("name"', 'sa.Column("nick", sa.String(9)), sa.Column("name"')
    change.base(ACCOUNT, {"migrations/versions/a1_first.py": drifted})
    up = f"{ADD_AGE}\nop.drop_column('account', 'nick')"
    down = f"op.add_column('account', sa.Column('nick', sa.String(9)))\n{DROP_AGE}"
    project = change.check(ACCOUNT + "    age = Column(Integer)\n", second(up, down))
    assert project.status == "warning"
    assert "undeclared-dropped" in codes(project)


def test_a_model_that_is_written_by_hand_where_there_is_no_target_metadata(change: Change) -> None:
    """A column that a migration added was called left over, and its model not imported: an error."""
    files = {"migrations/env.py": ENV.replace("Base.metadata", "None"), "migrations/versions/a1_first.py": FIRST}
    change.base(ACCOUNT, files)
    new = ACCOUNT + "    age = Column(Integer)\n"
    project = change.check(new, second(ADD_AGE, DROP_AGE))
    assert project.status == "warning"
    assert finding(project, "model-not-imported").severity == "warning"
    unwritten = {"migrations/versions/b2_second.py": second("pass", "pass")["migrations/versions/b2_second.py"]}
    assert finding(change.check(new, unwritten), "model-not-imported").severity == "error"


def test_a_new_model_that_env_py_does_not_import_is_named(change: Change) -> None:
    based(change)
    unseen = """
import sqlalchemy as sa
from models import Base

class Invoice(Base):
    __tablename__ = "invoice"
    id = sa.Column(sa.Integer, primary_key=True)
"""
    project = change.check(ACCOUNT, {"billing.py": unseen})
    found = finding(project, "model-not-imported")
    assert "invoice" in found.title
    assert found.where is not None
    assert (found.where.path, found.where.line) == ("billing.py", 5)


def test_a_migration_that_base_has_moved_past_is_named(change: Change) -> None:
    change.base(
        ACCOUNT + "    age = Column(Integer)\n",
        {"migrations/versions/a1_first.py": FIRST, **second(ADD_AGE, DROP_AGE)},
    )
    stale = second("op.add_column('account', sa.Column('x', sa.Integer()))", "op.drop_column('account', 'x')")
    (content,) = stale.values()
    files = {"migrations/versions/c3_stale.py": content.replace('"b2"', '"c3"')}
    project = change.check(ACCOUNT + "    age = Column(Integer)\n    x = Column(Integer)\n", files)
    found = finding(project, "several-heads")
    assert project.status == "failed"
    assert "Revision c3 continues from a1, but base has moved on to b2." in found.detail


def test_an_edited_and_a_removed_revision_are_named(change: Change) -> None:
    change.base(
        ACCOUNT + "    age = Column(Integer)\n",
        {"migrations/versions/a1_first.py": FIRST, **second(ADD_AGE, DROP_AGE)},
    )
    edited = {"migrations/versions/a1_first.py": FIRST.replace("sa.String(40)", "sa.String(44)")}
    project = change.check(ACCOUNT.replace("40", "44") + "    age = Column(Integer)\n    x = Column(Integer)\n", edited)
    assert "a1" in finding(project, "edited-revision").title
    assert project.status in ("warning", "failed")


def test_a_reverted_pull_request_is_told_what_to_put_back(change: Change) -> None:
    """Before: "The generated migration does not run. Take it as a draft and complete it by hand." """
    change.base(
        ACCOUNT + "    age = Column(Integer)\n", {"migrations/versions/a1_first.py": FIRST, **second(ADD_AGE, DROP_AGE)}
    )
    for path in second(ADD_AGE, DROP_AGE):
        (change.root / path).unlink()
    project = change.check(ACCOUNT)
    found = finding(project, "removed-revision")
    assert (project.status, found.severity) == ("failed", "error")
    assert found.advice.startswith("Put the file back as base has it")
    assert [one.code for one in project.findings if one.severity == "error"] == ["removed-revision"]


def test_models_that_are_no_longer_imported_would_drop_everything(change: Change) -> None:
    based(change)
    project = change.check("")
    assert project.status == "failed"
    assert "models-not-imported" in codes(project)


PERSON = """
class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    {street}

class Address(Base):
    __tablename__ = "address"
    id = Column(Integer, primary_key=True)
    person_id = Column(ForeignKey("person.id"), nullable=False)
    {moved}
"""
STREETS = """
revision = "a1"
down_revision = None
from alembic import op
import sqlalchemy as sa

def upgrade():
    op.create_table("person", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("street", sa.String(50)))
    op.create_table("address", sa.Column("id", sa.Integer(), primary_key=True),
                    sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False))

def downgrade():
    op.drop_table("address")
    op.drop_table("person")
"""
COPY = """\
op.execute("DELETE FROM address")
op.execute("INSERT INTO address (id, person_id, street) SELECT id, id, street FROM person WHERE street IS NOT NULL")
"""


@pytest.mark.parametrize(("copied", "asked"), [("", True), (COPY, False)], ids=["left behind", "copied"])
def test_a_column_that_moves_takes_its_values_along(change: Change, copied: str, asked: bool) -> None:
    street = "street = Column(String(50))"
    change.base(PERSON.format(street=street, moved=""), {"migrations/versions/a1_first.py": STREETS})
    add, drop = "op.add_column('{}', sa.Column('street', sa.String(50)))", "op.drop_column('{}', 'street')"
    up = f"{add.format('address')}\n{copied}{drop.format('person')}"
    down = f"{add.format('person')}\n{drop.format('address')}"
    project = change.check(PERSON.format(street="", moved=street), second(up, down))
    open_ = [d for d in project.decisions if d.decided == "open" and d.subject == "address.street"]
    assert bool(open_) == asked
    assert project.status != "proven"  # copied or not, the way back does not bring the values back


TEAM = """
class Team(Base):
    __tablename__ = "team"
    id = Column(Integer, primary_key=True)
    name = Column(String(40), nullable=False)
"""
MAKES_TEAM = FIRST.replace(
    "def downgrade():",
    """    op.create_table("team", sa.Column("id", sa.Integer(), primary_key=True),
                    sa.Column("name", sa.String(40), nullable=False))

def downgrade():
    op.drop_table("team")""",
)


def test_a_downgrade_that_does_not_bring_a_table_back_is_shown_and_rows_of_the_others_are_compared(
    change: Change,
) -> None:
    """Before: keys and later rows were looked up in the missing table, and the run ended in an error."""
    change.base(ACCOUNT + TEAM, {"migrations/versions/a1_first.py": MAKES_TEAM})
    up = f"{ADD_AGE}\nop.execute('DROP TABLE IF EXISTS team')"
    down = f"op.execute('DELETE FROM account WHERE age > 1')\n{DROP_AGE}"
    project = change.check(ACCOUNT + "    age = Column(Integer)\n", second(up, down))
    step = next(step for step in project.round_trip.steps if step.name == "downgrade")
    assert ("table", "team") in [(d.kind, d.name) for d in step.differences]
    assert [(step.name, step.ok) for step in project.round_trip.steps][2:] == [
        ("upgrade again", True),
        ("autogenerate again", True),
    ]
    assert "downgrade-drops-later-rows" in codes(project)


def test_rows_of_the_new_schema_that_the_downgrade_takes_away(change: Change) -> None:
    based(change)
    wider = ACCOUNT.replace("nullable=False", "nullable=True")
    up = "op.alter_column('account', 'name', nullable=True)\nop.add_column('account', sa.Column('age', sa.Integer()))"
    down = """op.execute("DELETE FROM account WHERE {which}")
op.drop_column('account', 'age')
op.alter_column('account', 'name', nullable=False)"""
    files = second(up, down.format(which="name IS NULL"))
    project = change.check(wider + "    age = Column(Integer)\n", files)
    assert "account.name (NOT NULL)" in finding(project, "downgrade-narrower").detail
    assert "downgrade-drops-later-rows" not in codes(project)
    project = change.check(wider + "    age = Column(Integer)\n", second(up, down.format(which="age IS NOT NULL")))
    assert project.status == "warning"
    assert "of account written after the upgrade" in finding(project, "downgrade-drops-later-rows").title


NARROWED = [
    ("String(20)", "String(50)", "{table}.value (character varying(20))"),
    ("sa.Enum('a', 'b', name='kind')", "sa.Enum('a', 'b', 'c', name='kind')", "{table}.value (kind)"),
    ("Integer, unique=True", "Integer", "{table}.{table}_value_key (UNIQUE (value))"),
    ("String(20)", "String(20)", ""),
    ("Integer", "sa.BigInteger", "{table}.value (integer)"),
]


def test_what_only_the_new_schema_allows_is_said(change: Change) -> None:
    def models(types: list[str]) -> str:
        table = "sa.Table('t{number}', Base.metadata, Column('id', Integer, primary_key=True), Column('value', {type}))"
        return "\n".join(table.format(number=number, type=type_) for number, type_ in enumerate(types)) + "\n"

    change.base(models([before for before, _, _ in NARROWED]))
    project = change.check(models([after for _, after, _ in NARROWED]))
    assert project.status == "proven", project
    demands = ", ".join(text.format(table=f"t{number}") for number, (_, _, text) in enumerate(NARROWED) if text)
    assert finding(project, "downgrade-narrower").detail == f"The old schema demands: {demands}."


def test_a_trigger_that_speaks_of_a_column_by_its_old_name(change: Change) -> None:
    """Before: nothing was written after the upgrade, so that nobody saw that nothing could be."""
    trims = """
    op.execute("CREATE FUNCTION trims() RETURNS trigger LANGUAGE plpgsql AS "
               "$$BEGIN NEW.name := trim(NEW.name); RETURN NEW; END$$")
    op.execute("CREATE TRIGGER trims BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION trims()")

def downgrade():"""
    change.base(ACCOUNT, {"migrations/versions/a1_first.py": FIRST.replace("\ndef downgrade():", trims)})
    up = "op.alter_column('account', 'name', new_column_name='full_name')"
    down = "op.alter_column('account', 'full_name', new_column_name='name')"
    project = change.check(ACCOUNT.replace("name = Column", "full_name = Column"), second(up, down))
    assert project.status == "warning"
    assert 'has no field "name"' in finding(project, "writes-broken").detail


NAMED = ACCOUNT + "    team = Column(Text)\n"
CUTS = """op.add_column('account', sa.Column('team', sa.Text()))
op.execute("UPDATE account SET team = split_part(name, '@', 2)")
{rest}"""
ONCE = "op.create_unique_constraint('one_team', 'account', ['team'])"
BLOCK = (
    """op.execute("UPDATE account SET team = id::text")
op.execute("DO $$ BEGIN UPDATE account SET team = 'same' WHERE name = 'legacy'; END $$")
"""
    + ONCE
)
RANGE = (
    "op.execute(\"UPDATE account SET team = 'x' WHERE id < 90\")\nop.alter_column('account', 'team', nullable=False)"
)


@pytest.mark.parametrize(
    ("models", "upgrade"),
    [
        (NAMED.replace("Column(Text)", "Column(Text, nullable=False)"), CUTS.partition("\n")[0] + "\n" + RANGE),
        (NAMED + "    __table_args__ = (sa.UniqueConstraint('team', name='one_team'),)\n", CUTS.format(rest=BLOCK)),
        (NAMED + "    __table_args__ = (sa.UniqueConstraint('team', name='one_team'),)\n", CUTS.format(rest=ONCE)),
    ],
)
def test_values_that_the_statements_speak_of_are_among_the_rows(change: Change, models: str, upgrade: str) -> None:
    """Before: no text had a separator in it twice, and no number was beyond those of the first rows."""
    based(change)
    project = change.check(models, second(upgrade, "op.drop_column('account', 'team')"))
    assert finding(project, "stopped-by-rows").title == "The upgrade stops on some rows"
    assert project.status == "warning", project.findings


def test_a_view_that_nobody_declares_follows_the_columns_that_it_reads(change: Change) -> None:
    """Before: its columns had other types than before, which no generated file could change."""
    view = '\n    op.execute("CREATE VIEW names AS SELECT id, name FROM account")\n\ndef downgrade():\n'
    view += '    op.execute("DROP VIEW names")'
    change.base(ACCOUNT, {"migrations/versions/a1_first.py": FIRST.replace("\ndef downgrade():", view)})
    project = change.check(ACCOUNT.replace("String(40)", "Text"))
    assert project.status == "proven", project.findings


TICKET = """
from sqlalchemy import CheckConstraint, Enum

class Ticket(Base):
    __tablename__ = "ticket"
    id = Column(Integer, primary_key=True)
    state = Column({type}, nullable=False)
    {check}
"""
LISTED = "CheckConstraint(\"state IN ('new', 'open', 'done')\", name='ticket_state')"
TO_ENUM = """op.drop_constraint('ticket_state', 'ticket')
op.execute("CREATE TYPE ticket_state AS ENUM ('new', 'open', 'closed')")
op.execute("ALTER TABLE ticket ALTER state TYPE ticket_state USING CASE state WHEN 'done' THEN '{done}'"
           " ELSE state END::ticket_state")"""
TO_TEXT = """op.execute("ALTER TABLE ticket ALTER state TYPE text USING"
           " CASE state WHEN 'closed' THEN 'done' ELSE state::text END")
op.execute("DROP TYPE ticket_state")
op.create_check_constraint('ticket_state', 'ticket', "state IN ('new', 'open', 'done')")"""


SPELT = tuple(f"Enum({labels}, name='ticket_state')" for labels in ("'New', 'Done'", "'new', 'open', 'done'"))
SPELLS = """op.execute('ALTER TYPE ticket_state RENAME TO former')
op.execute("CREATE TYPE ticket_state AS ENUM ({labels})")
op.execute("ALTER TABLE ticket ALTER state TYPE ticket_state USING"
           " (CASE state::text WHEN {case} END)::ticket_state")
op.execute('DROP TYPE former')"""
SPELLS_NEW = SPELLS.format(labels="'new', 'open', 'done'", case="'New' THEN 'new' ELSE {rest}")
SPELLS_OLD = SPELLS.format(labels="'New', 'Done'", case="'new' THEN 'New' ELSE 'Done'")


LISTED_BEFORE = TICKET.format(type="Text", check=f"__table_args__ = ({LISTED},)")
LISTED_AFTER = TICKET.format(type="Enum('new', 'open', 'closed', name='ticket_state')", check="")


def test_a_conversion_meets_every_value_that_a_check_lists(change: Change) -> None:
    change.base(LISTED_BEFORE)
    project = change.check(LISTED_AFTER, first_of_all(second(TO_ENUM.format(done="done"), TO_TEXT)))
    assert project.status == "warning", project.findings


def test_what_is_left_undone_and_cannot_be_written_either(change: Change) -> None:
    """There is a verdict on the author's file, whatever stops the writing of another one."""
    refuses = "target_metadata=Base.metadata, process_revision_directives=lambda *_: 1 / 0"
    env = ENV.replace("target_metadata=Base.metadata", refuses)
    change.base(ACCOUNT, {"migrations/versions/a1_first.py": FIRST, "migrations/env.py": env})
    models = ACCOUNT + "    age = Column(Integer)\n    size = Column(Integer)\n"
    project = change.check(models, second(ADD_AGE, DROP_AGE))
    assert (project.status, project.error) == ("failed", None)
    assert "could not write what is missing" in finding(project, "incomplete").advice
    assert "division by zero" in finding(project, "incomplete").advice


DRIFTED = ACCOUNT + "    score = Column(Float, nullable=False)\n    label = Column(String(9))\n"
LATE = """op.drop_column('account', 'toxicity')
op.add_column('account', sa.Column('rank', sa.Integer()))
op.add_column('account', sa.Column('score', sa.Float(), nullable={nullable}, server_default='0'))
op.add_column('account', sa.Column('label', sa.String(9)))
op.alter_column('account', 'score', server_default=None)"""
NOT_LATE = """op.drop_column('account', 'label')
op.drop_column('account', 'score')
op.drop_column('account', 'rank')
op.add_column('account', sa.Column('toxicity', sa.Float()))"""


@pytest.mark.parametrize("nullable", [False, True])
def test_older_drift_that_is_mended_besides(change: Change, nullable: bool) -> None:
    """Base's models had changed without a migration: the columns stand elsewhere then, and the old one goes."""
    history = FIRST.replace("nullable=False))", "nullable=False), sa.Column('toxicity', sa.Float()))")
    change.base("from sqlalchemy import Float\n" + DRIFTED, {"migrations/versions/a1_first.py": history})
    models = "from sqlalchemy import Float\n" + DRIFTED + "    rank = Column(Integer)\n"
    project = change.check(models, second(LATE.format(nullable=nullable), NOT_LATE))
    assert [(d.name, d.after) for d in project.residual] == ([("score", {"not_null": True})] if nullable else [])
    if nullable:
        assert "toxicity" not in generated(project).source
        assert "'score'" in generated(project).source
    else:
        assert [m.origin for m in project.migrations] == ["pull_request"]


NUMBERS = (
    'op.execute("ALTER TABLE account ALTER name TYPE integer USING'
    " CASE WHEN name ~ '{pattern}' THEN name::integer ELSE 0 END\")"
)
TEXTS = "op.alter_column('account', 'name', type_=sa.String(40))"


TEAMS = """
from sqlalchemy import ForeignKey

class Team(Base):
    __tablename__ = "team"
    id = Column(Integer, primary_key=True)
    name = Column(Text, nullable=False{unique})

class Member(Base):
    __tablename__ = "member"
    id = Column(Integer, primary_key=True)
    team_id = Column(ForeignKey("team.id"{ondelete}))
"""
MERGE_LOWER = (
    'op.execute("UPDATE member SET team_id = k.keep FROM'
    " (SELECT id, min(id) OVER (PARTITION BY lower(name)) AS keep FROM team) k"
    ' WHERE k.id = member.team_id AND k.keep <> k.id")\n'
    'op.execute("DELETE FROM team USING team k WHERE lower(k.name) = lower(team.name) AND k.id < team.id")\n'
    "op.create_index('one_name', 'team', [sa.text('lower(name)')], unique=True)"
)
MERGE = (
    'op.execute("UPDATE member SET team_id = k.keep FROM'
    " (SELECT id, min(id) OVER (PARTITION BY name) AS keep FROM team) k"
    ' WHERE k.id = member.team_id AND k.keep <> k.id")\n'
)
DEDUPE = (
    'op.execute("DELETE FROM team USING team k WHERE k.name = team.name AND k.id < team.id")\n'
    "op.create_unique_constraint('team_name_key', 'team', ['name'])"
)


TENANTS = """
from sqlalchemy import text as sql
with engine.begin() as connection:
    for (name,) in connection.execute(sql("SELECT name FROM public.tenants")).fetchall():
        connection.execute(sql(f'CREATE SCHEMA IF NOT EXISTS "{name}"'))
"""


@pytest.mark.parametrize("first", [True, False])
def test_an_env_py_that_goes_through_rows_meets_its_own(change: Change, first: bool) -> None:
    """A schema for each of the tenants that a table lists; awkward names in it were the end of the upgrade."""
    before, _, after = ENV.partition("with engine")
    env = f"{before}{TENANTS}with engine{after}" if first else ENV + TENANTS
    change.base(ACCOUNT, {"migrations/versions/a1_first.py": FIRST, "migrations/env.py": env})
    setup = "CREATE TABLE tenants (name text PRIMARY KEY); INSERT INTO tenants VALUES ('one')"
    files = second(ADD_AGE, DROP_AGE)
    project = change.check(ACCOUNT + "    age = Column(Integer)\n", files, setup=[setup])
    assert project.status == "proven", project.findings
    rows = project.round_trip.rows
    assert (rows.tables, rows.inserted > 9, rows.far) == (1, True, 1)


SEEDING = """
from sqlalchemy import inspect, text
with engine.begin() as connection:
    if inspect(connection).has_table("account"):
        there = connection.execute(text("SELECT 1 FROM account WHERE name = 'root'")).first()
        there or connection.execute(text("INSERT INTO account (name) VALUES ('root')"))
"""


@pytest.mark.parametrize("by_migration", [False, True])
def test_rows_that_the_code_puts_there_whenever_it_is_loaded(change: Change, by_migration: bool) -> None:
    """They were charged to the migration; what a trigger adds when the migration runs is."""
    before, _, after = ENV.partition("with engine")
    trigger = (
        "CREATE FUNCTION more() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO account (name) VALUES ('x'); "
    )
    setup = (
        f"{trigger} RETURN NULL; END $$; CREATE TABLE other (n int);"
        " CREATE TRIGGER more AFTER INSERT ON other FOR EACH STATEMENT EXECUTE FUNCTION more()"
    )
    base = {"migrations/versions/a1_first.py": FIRST, "migrations/env.py": f"{before}{SEEDING}with engine{after}"}
    change.base(ACCOUNT, base)
    more = "op.execute('INSERT INTO other VALUES (1)')\n" if by_migration else ""
    project = change.check(
        ACCOUNT + "    age = Column(Integer)\n", second(more + ADD_AGE, DROP_AGE), setup=[setup] if by_migration else []
    )
    assert not [f for f in project.findings if f.severity == "error"], project.findings
    said = {f.severity for f in project.findings if "added to account in the upgrade" in f.title}
    assert said == ({"warning"} if by_migration else set()), project.findings


def test_that_the_code_puts_rows_there_is_found_out_once(change: Change) -> None:
    """Each of several round trips was made twice, and a run came to its time limit."""
    before, _, after = ENV.partition("with engine")
    base = {"migrations/versions/a1_first.py": FIRST, "migrations/env.py": f"{before}{SEEDING}with engine{after}"}
    change.base(ACCOUNT, base)
    new = ACCOUNT + "    age = Column(Integer)\n    city = Column(String(9))\n"
    checked = change.checked(new, second(ADD_AGE, DROP_AGE))
    assert codes(checked.report.projects[0]) & {"incomplete", "rows-changed"} == {"incomplete"}
    # The first one is made again; the others begin as that did. (As many more seeds are those of old and new code.)
    assert [span.name for span in checked.spans].count("rows.seed") == 6


@pytest.mark.parametrize("condition", ["IF NOT EXISTS ", ""])
def test_an_extension_that_others_may_have_is_left_by_a_downgrade(change: Change, condition: str) -> None:
    """`failed`, and no word why: dropping it would take it from whoever had it before."""
    based(change)
    made = f"op.execute('CREATE EXTENSION {condition}hstore')\n"
    project = change.check(ACCOUNT + "    age = Column(Integer)\n", second(made + ADD_AGE, DROP_AGE))
    assert project.status == ("warning" if condition else "failed"), project.findings
    if condition:
        assert "extension hstore" in finding(project, "not-restored").title


def test_an_extension_that_models_need_no_longer_may_stay_and_may_go(change: Change) -> None:
    """It was `failed` where it stayed, and the file that was offered dropped it, whoever else needs it."""
    made = FIRST.replace(
        "    op.create_table(", "    op.execute('CREATE EXTENSION IF NOT EXISTS hstore')\n    op.create_table("
    )
    tags = "sa.Column('tags', postgresql.HSTORE())"
    imports = "import sqlalchemy as sa\nfrom sqlalchemy.dialects import postgresql\n"
    first = made.replace("import sqlalchemy as sa\n", imports).replace('sa.Column("name"', f'{tags}, sa.Column("name"')
    change.base(f"{ACCOUNT}    tags = Column(postgresql.HSTORE)\n", {"migrations/versions/a1_first.py": first})
    there = change.check(ACCOUNT)
    assert (there.status, "EXTENSION" in generated(there).source) == ("proven", False)
    up, down = "op.drop_column('account', 'tags')", f"op.add_column('account', {tags})"
    down = f"from sqlalchemy.dialects import postgresql\n{down}"
    stays = change.check(ACCOUNT, second(up, down))
    assert (stays.status, len(stays.migrations)) == ("proven", 1), stays.findings
    goes = second(f"{up}\nop.execute('DROP EXTENSION hstore')", f"op.execute('CREATE EXTENSION hstore')\n{down}")
    assert change.check(ACCOUNT, goes).status == "proven"


GENERATED = ACCOUNT + "    size = Column(Integer, sa.Computed('length(name)', persisted=True))\n"
GENERATED_AGAIN = (
    "op.drop_column('account', 'size')\n"
    "op.add_column('account', sa.Column('size', sa.Integer(), sa.Computed('length(name)', persisted=True)))"
)


DROPS_EXPRESSION = "op.execute('ALTER TABLE account ALTER COLUMN size DROP EXPRESSION')"


LONG = ACCOUNT + "    length = Column(sa.Interval())\n"


SHAPES = """
class Shape(sa.types.UserDefinedType):
    cache_ok = True

    def __init__(self, name):
        self.name = name

    def get_col_spec(self, **options):
        return self.name

"""
SHAPED = (
    SHAPES
    + ACCOUNT
    + "".join(
        f"    {name} = Column(Shape('{type_name}'))\n"
        for name, type_name in (("extent", "span"), ("couple", "pair"), ("seen", "pg_snapshot"))
    )
)


def test_values_of_types_that_are_rare_or_the_projects_own(change: Change) -> None:
    """Before: of a range of the project's own no values were known, and nobody said so."""
    made = "CREATE TYPE span AS RANGE (subtype = float8); CREATE TYPE pair AS (one integer, other text)"
    columns = "ALTER TABLE account ADD extent span, ADD couple pair, ADD seen pg_snapshot"
    first = FIRST.replace("def upgrade():\n", f"def upgrade():\n    op.execute('{made}')\n")
    first = first.replace("\n\ndef downgrade", f"\n    op.execute('{columns}')\n\ndef downgrade")
    first += "\n    op.execute('DROP TYPE span, pair')\n"
    change.base(SHAPED, {"migrations/versions/a1_first.py": first})
    up = f"op.execute('UPDATE account SET extent = NULL, couple = NULL, seen = NULL')\n{ADD_AGE}"
    project = change.check(SHAPED + "    age = Column(Integer)\n", second(up, DROP_AGE))
    assert project.status == "failed", project.findings
    assert {loss.column for loss in project.round_trip.rows.lost} == {"extent", "couple"}
    assert "account.seen" in finding(project, "column-without-values").title


MOVES = """op.add_column('account', sa.Column('title', sa.String(40)))
bind = op.get_bind()
most = bind.execute(sa.text("SELECT max(id) FROM account")).scalar() or 0
for start in range(0, most, 90):
    sql = "UPDATE account SET title = name WHERE id {} :first AND id {} :last"
    bind.execute(sa.text(sql), {{"first": start, "last": start + 90}})
op.alter_column('account', 'title', nullable=False)
op.drop_column('account', 'name')"""
MOVES_BACK = """op.add_column('account', sa.Column('name', sa.String(40)))
op.execute('UPDATE account SET name = title')
op.alter_column('account', 'name', nullable=False)
op.drop_column('account', 'title')"""


def test_portions_that_do_not_reach_every_row(change: Change) -> None:
    """The row with the last number was in none of them, and no row had that number."""
    based(change)
    project = change.check(ACCOUNT.replace("name = ", "title = "), second(MOVES.format(">=", "<"), MOVES_BACK))
    assert "stopped-by-rows" in codes(project)
    assert project.status != "proven"


DOOR = """
class Door(Base):
    __tablename__ = "door"
    id = Column(Integer, primary_key=True)
    is_closed = Column(Boolean)
"""
OPENS = "op.alter_column('door', 'is_closed', new_column_name='is_open')"
CLOSES = "op.alter_column('door', 'is_open', new_column_name='is_closed')"
TURNED = "op.execute('UPDATE door SET {column} = NOT {column}')"


def own(text: str, number: int) -> str:
    """With tables, classes and types of a case's own."""
    return _NAMES.sub(lambda name: f"{name[0]}{number}", text)


@dataclass(frozen=True)
class Written:
    """A change as its author wrote it: models before and after, upgrade and downgrade."""

    old: str
    new: str
    up: str
    down: str

    def of(self, number: int) -> "Written":
        """As one of several."""
        return Written(*(own(text, number) for text in astuple(self)))


TABLES = "account|entry|team|member|ticket|door"
_NAMES = re.compile(rf"(?i)\b({TABLES})(?=\b|_id\b|_id_seq|_name_key)|one_name|ticket_state|former")
GONE = ACCOUNT + "    gone = Column(sa.DateTime)\n"
ENTRY = """
class Entry(Base):
    __tablename__ = "entry"
    id = Column(sa.BigInteger, primary_key=True)
    name = Column(String(40), nullable=False)
"""
LABELLED = """
class Team(Base):
    __tablename__ = "team"
    id = Column(Integer, primary_key=True)
    name = Column(String(40), nullable=False, unique=True)

class Account(Base):
    __tablename__ = "account"
    id = Column(Integer, primary_key=True)
"""
RIGHT = {
    "a real rename": Written(
        ACCOUNT,
        ACCOUNT.replace("name = Column", "full_name = Column"),
        "op.alter_column('account', 'name', new_column_name='full_name')",
        "op.alter_column('account', 'full_name', new_column_name='name')",
    ),
    "a sequence that has given its last number": Written(
        "",
        ACCOUNT.replace("account", "entry")
        .replace("Account", "Entry")
        .replace("Column(Integer", "Column(sa.BigInteger"),
        "op.create_table('entry', sa.Column('id', sa.BigInteger(), primary_key=True),"
        " sa.Column('name', sa.String(40), nullable=False))\n"
        "op.execute(\"INSERT INTO entry VALUES (1, 'first')\")\n"
        "op.execute(\"SELECT setval('entry_id_seq', 9223372036854775807)\")",
        "op.drop_table('entry')",
    ),
    "a key that goes on after its last number": Written(
        ACCOUNT, KEYED, f'{IDENTITY}\nop.execute("{CARRY_ON}")', f'{SERIAL}\nop.execute("{CARRY_ON}")'
    ),
    "batches that reach every row": Written(
        ACCOUNT, ACCOUNT.replace("name = ", "title = "), MOVES.format(">", "<="), MOVES_BACK
    ),
    "a pattern that knows every number": Written(
        ACCOUNT, ACCOUNT.replace("String(40)", "Integer"), NUMBERS.format(pattern="^-?[0-9]+$"), TEXTS
    ),
    "duplicates that leave a partial index": Written(
        GONE,
        GONE + "sa.Index('one_name', Account.name, unique=True, postgresql_where=sa.text('gone IS NULL'))\n",
        'op.execute("UPDATE account SET gone = now() FROM account k WHERE k.name = account.name AND k.id < account.id'
        ' AND k.gone IS NULL AND account.gone IS NULL")\n'
        "op.create_index('one_name', 'account', ['name'], unique=True, postgresql_where=sa.text('gone IS NULL'))",
        "op.drop_index('one_name', 'account')",
    ),
    "duplicates that are made one": Written(
        TEAMS.format(unique="", ondelete=""),
        TEAMS.format(unique=", unique=True", ondelete=""),
        MERGE + DEDUPE,
        "op.drop_constraint('team_name_key', 'team')",
    ),
    "duplicates by an expression": Written(
        TEAMS.format(unique="", ondelete=""),
        TEAMS.format(unique="", ondelete="") + "\nsa.Index('one_name', sa.func.lower(Team.name), unique=True)\n",
        MERGE_LOWER,
        "op.drop_index('one_name', 'team')",
    ),
    "a label in another spelling": Written(
        TICKET.format(type=SPELT[0], check=""),
        TICKET.format(type=SPELT[1], check=""),
        SPELLS_NEW.format(rest="lower(state::text)"),
        SPELLS_OLD,
    ),
    "every value that a check lists": Written(LISTED_BEFORE, LISTED_AFTER, TO_ENUM.format(done="closed"), TO_TEXT),
    # Before: deleted rows were warned of wherever they went.
    "rows that are kept elsewhere": Written(
        GONE,
        ACCOUNT
        + ENTRY.replace("BigInteger, primary_key=True", "Integer, primary_key=True, autoincrement=False")
        + "    gone = Column(sa.DateTime, nullable=False)\n",
        "op.create_table('entry', sa.Column('id', sa.Integer(), primary_key=True, autoincrement=False),"
        " sa.Column('name', sa.String(40), nullable=False), sa.Column('gone', sa.DateTime(), nullable=False))\n"
        'op.execute("WITH left_out AS (DELETE FROM account WHERE gone IS NOT NULL RETURNING id, name, gone)'
        ' INSERT INTO entry SELECT id, name, gone FROM left_out")\n'
        "op.drop_column('account', 'gone')",
        "op.add_column('account', sa.Column('gone', sa.DateTime()))\n"
        'op.execute("INSERT INTO account SELECT id, name, gone FROM entry")\n'
        "op.drop_table('entry')",
    ),
    # Before: the new name was taken for that of the same values.
    # Before: no row had a value that was sent as a parameter, or came from a program.
    "values that are parameters": Written(
        ACCOUNT + "    state = Column(String(40))\n",
        ACCOUNT + "    state = Column(String(40))\n    phase = Column(String(40))\n",
        """op.add_column('account', sa.Column('phase', sa.String(40)))
bind, account = op.get_bind(), sa.table('account', sa.column('state'), sa.column('phase'))
update = sa.text("UPDATE account SET phase = :new WHERE state = :old")
bind.execute(update, [{"old": "legacy", "new": "x"}, {"old": "it's", "new": "y"}])
op.execute(update.bindparams(old="bound", new="x"))
for state in "first second".split():
    op.execute(account.update().where(account.c.state == state).values(phase="x"))
    op.execute(f"UPDATE account SET phase = 'z' WHERE state = '{state.upper()}'")
op.execute(account.update().where(account.c.state.in_(["one", "other"])).values(phase="x"))
bind.connection.cursor().execute("UPDATE account SET phase = %s WHERE state = %s", ("x", "raw"))""",
        "op.drop_column('account', 'phase')",
    ),
    "an amount in another unit": Written(
        ACCOUNT + "    price = Column(Numeric(10, 2))\n",
        ACCOUNT + "    price_cents = Column(sa.BigInteger)\n",
        "op.add_column('account', sa.Column('price_cents', sa.BigInteger()))\n"
        "op.execute('UPDATE account SET price_cents = (price * 100)::bigint')\n"
        "op.drop_column('account', 'price')",
        "op.add_column('account', sa.Column('price', sa.Numeric(10, 2)))\n"
        "op.execute('UPDATE account SET price = price_cents / 100.0')\n"
        "op.drop_column('account', 'price_cents')",
    ),
    # Before: rows that a SELECT puts into a table were warned of, also if each comes once.
    "a text that becomes a reference": Written(
        LABELLED + "    label = Column(String(40))\n",
        LABELLED + '    team_id = Column(ForeignKey("team.id"))\n',
        "op.add_column('account', sa.Column('team_id', sa.Integer(), sa.ForeignKey('team.id')))\n"
        'op.execute("INSERT INTO team (name) SELECT DISTINCT label FROM account WHERE label IS NOT NULL'
        ' ON CONFLICT (name) DO NOTHING")\n'
        "op.execute('UPDATE account SET team_id = team.id FROM team WHERE team.name = account.label')\n"
        "op.drop_column('account', 'label')",
        "op.add_column('account', sa.Column('label', sa.String(40)))\n"
        "op.execute('UPDATE account SET label = team.name FROM team WHERE team.id = account.team_id')\n"
        "op.drop_column('account', 'team_id')",
    ),
    "a flag renamed to the contrary, and turned": Written(
        DOOR,
        DOOR.replace("is_closed", "is_open"),
        f"{OPENS}\n{TURNED.format(column='is_open')}",
        f"{CLOSES}\n{TURNED.format(column='is_closed')}",
    ),
    "values that were generated and stay": Written(
        GENERATED, ACCOUNT + "    size = Column(Integer)\n", DROPS_EXPRESSION, GENERATED_AGAIN
    ),
}


def checked(change: Change, written: Iterable[Written]) -> Project:
    """All of them in one migration."""
    cases = [case.of(number) for number, case in enumerate(written)]
    change.base("".join(case.old for case in cases))
    up, down = "\n".join(case.up for case in cases), "\n".join(case.down for case in reversed(cases))
    return change.check("".join(case.new for case in cases), first_of_all(second(up, down)))


@pytest.fixture(scope="module")
def right(joined: Change) -> Project:
    return checked(joined, RIGHT.values())


def test_what_is_right_is_proven(right: Project) -> None:
    assert (right.status, right.decisions) == ("proven", []), right.findings
    assert right.round_trip.rows.tables >= len(RIGHT)
    assert [migration.origin for migration in right.migrations] == ["pull_request"]


@pytest.mark.parametrize("name", RIGHT)
def test_nothing_is_asked_or_said_of_what_is_right(right: Project, name: str) -> None:
    """Where the proof fails, this tells of which."""
    own = re.compile(rf"\b({TABLES}){list(RIGHT).index(name)}\b")
    said = [found for found in right.findings if found.severity != "notice" and own.search(str(found))]
    asked = [decision for decision in right.decisions if own.search(decision.subject)]
    assert (said, asked) == ([], [])
    assert [loss for loss in right.round_trip.rows.lost if own.search(loss.table)] == []


AGED = ACCOUNT + "    age = Column(Integer)\n"
# What is said of each, with words of its title. They leave the schema right, so that one check meets them all.
WRONG = {
    "values that are thrown away": (
        Written(ACCOUNT, AGED, f"op.execute(\"UPDATE account SET name = ''\")\n{ADD_AGE}", DROP_AGE),
        "data-lost",
        "",
    ),
    # Before: it was read in one style and cast in another, so the type seemed not to hold what it had held.
    "an interval that is overwritten": (
        Written(
            LONG,
            LONG + "    age = Column(Integer)\n",
            f"op.execute(\"UPDATE account SET length = '1 day' WHERE length IS NOT NULL\")\n{ADD_AGE}",
            DROP_AGE,
        ),
        "data-lost",
        "",
    ),
    # Before: generated columns were not read, so nobody saw that a plain one was empty afterwards.
    "values that were generated": (
        Written(
            GENERATED,
            ACCOUNT + "    size = Column(Integer)\n",
            "op.drop_column('account', 'size')\nop.add_column('account', sa.Column('size', sa.Integer()))",
            GENERATED_AGAIN,
        ),
        "data-lost",
        "",
    ),
    # The way back restores them.
    "swapped columns": (
        Written(UNIQUE, UNIQUE + "    age = Column(Integer)\n", SWAP + ADD_AGE, SWAP + DROP_AGE),
        "rows-changed",
        "",
    ),
    "rows that are kept elsewhere with another date": (
        replace(
            RIGHT["rows that are kept elsewhere"],
            up=RIGHT["rows that are kept elsewhere"].up.replace(
                "SELECT id, name, gone FROM", "SELECT id, name, now() FROM"
            ),
        ),
        "rows-changed",
        "deleted",
    ),
    "shuffled rows": (
        Written(
            UNIQUE,
            UNIQUE + "    age = Column(Integer)\n",
            ROTATE.replace("STEP", "1") + ADD_AGE,
            ROTATE.replace("STEP", "-1") + DROP_AGE,
        ),
        "rows-changed",
        "",
    ),
    # Before: texts that become numbers were 1, 2, 3, or no numbers at all.
    "what a pattern forgets": (
        Written(ACCOUNT, ACCOUNT.replace("String(40)", "Integer"), NUMBERS.format(pattern="^[0-9]+$"), TEXTS),
        "rows-changed",
        "",
    ),
    # Before: all rows of one name seemed to stand in the way of an index over some of them.
    "duplicates that a partial index allows": (
        Written(
            ACCOUNT,
            ACCOUNT + "sa.Index('one_name', Account.name, unique=True, postgresql_where=sa.text('id < 3'))\n",
            'op.execute("DELETE FROM account USING account k WHERE k.name = account.name AND k.id < account.id")\n'
            "op.create_index('one_name', 'account', ['name'], unique=True, postgresql_where=sa.text('id < 3'))",
            "op.drop_index('one_name', 'account')",
        ),
        "rows-changed",
        "of account deleted",
    ),
    # It was proven: everything closed was open afterwards.
    "a flag renamed to the contrary": (
        Written(DOOR, DOOR.replace("is_closed", "is_open"), OPENS, CLOSES),
        "renamed-to-the-contrary",
        "door.is_closed becomes is_open",
    ),
    # Before: what the new type cannot hold as it is might become any of its labels.
    "a label that goes on as another": (
        Written(
            TICKET.format(type=SPELT[0], check=""),
            TICKET.format(type=SPELT[1], check=""),
            SPELLS_NEW.format(rest="'open'"),
            SPELLS_OLD,
        ),
        "rows-changed",
        "",
    ),
    # Before: no duplicate had a row that refers to it.
    **{
        f"what deleted rows take with them, {ondelete}": (
            Written(
                TEAMS.format(unique="", ondelete=f", ondelete={ondelete!r}"),
                TEAMS.format(unique=", unique=True", ondelete=f", ondelete={ondelete!r}"),
                DEDUPE,
                "op.drop_constraint('team_name_key', 'team')",
            ),
            "rows-changed",
            said,
        )
        for ondelete, said in (("SET NULL", "of member.team_id replaced"), ("CASCADE", "of member deleted"))
    },
}


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory, bot_cache: Path) -> Project:
    change = Change(tmp_path_factory.mktemp("wrong") / "repository", bot_cache)
    return checked(change, [written for written, _, _ in WRONG.values()])


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_rows_is_said(wrong: Project, name: str) -> None:
    number = list(WRONG).index(name)
    _, code, words = WRONG[name]
    about = re.compile(rf"\b({TABLES}){number}\b")
    told = [found for found in wrong.findings if found.severity != "notice" and about.search(str(found))]
    assert any(found.code == code and own(words, number) in found.title for found in told), told


def test_a_loss_names_column_and_step(wrong: Project) -> None:
    assert wrong.status == "failed"
    names = ("an interval that is overwritten", "values that were generated")
    places = [(list(WRONG).index(name), column) for name, column in zip(names, ("length", "size"), strict=True)]
    lost = {(loss.table, loss.column, loss.step) for loss in wrong.round_trip.rows.lost}
    assert {(f"account{number}", column, "upgrade") for number, column in places} <= lost


def test_a_default_that_alembic_cannot_compare_is_no_fault_of_the_migration(change: Change) -> None:
    """`compare_server_default` puts the text between quotes as it stands; what is advised can be compared."""
    compares = ENV.replace("Base.metadata)", "Base.metadata, compare_server_default=True)", 1)
    change.base(ACCOUNT, {"migrations/versions/a1_first.py": FIRST, "migrations/env.py": compares})
    note = "    note = Column(Text, server_default={})\n"
    added = """op.add_column('account', sa.Column('note', sa.Text(), server_default="it's 100%"))"""
    files = second(added, "op.drop_column('account', 'note')")
    project = change.check(ACCOUNT + note.format('"it\'s 100%"'), files)
    assert project.status == "warning"
    assert "sqlalchemy.literal" in finding(project, "autogenerate-stops").advice
    assert change.check(ACCOUNT + note.format('sa.literal("it\'s 100%")'), files).status == "proven"
