"""Tables of which base's history knows nothing: there before Alembic was, made by the change, or forgotten."""

import pytest

from tests.integration.migration.test_own_migrations import ACCOUNT, ADD_AGE, DROP_AGE, FIRST, second
from tests.support.changes import Change, codes, finding, generated

EMPTY = 'revision = "a1"\ndown_revision = None\ndef upgrade(): pass\ndef downgrade(): pass\n'
ADDED = ACCOUNT + "    age = Column(Integer)\n"
FIRST_FILE = "migrations/versions/a1_first.py"
MAKES_ALL = FIRST.replace('"a1"', '"b2"').replace("None", '"a1"', 1)


def test_a_database_that_was_there_before_alembic(change: Change) -> None:
    """The whole table was made, which a database that has it refuses, and called proven."""
    change.base(ACCOUNT, {FIRST_FILE: EMPTY})
    project = change.check(ADDED)
    assert (project.status, project.baseline) == ("warning", "models")
    assert "make no table at all" in finding(project, "baseline-models").detail
    assert "op.add_column('account'" in generated(project).source
    assert "create_table" not in generated(project).source
    by_hand = change.check(ADDED, second(ADD_AGE, DROP_AGE))
    assert (by_hand.status, by_hand.baseline, len(by_hand.migrations)) == ("warning", "models", 1)
    said = change.check(ADDED, second(ADD_AGE, DROP_AGE), baseline="models")
    assert (said.status, len(said.migrations)) == ("proven", 1)


MAKES_A_SCHEMA = EMPTY.replace("upgrade(): pass", "upgrade(): op.execute('CREATE SCHEMA stuff')")
MAKES_A_SCHEMA = "from alembic import op\n" + MAKES_A_SCHEMA.replace("pass", "op.execute('DROP SCHEMA stuff')")


@pytest.mark.parametrize(
    "base",
    [{}, {FIRST_FILE: EMPTY}, {FIRST_FILE: MAKES_A_SCHEMA}],
    ids=["no history", "an empty revision", "one that makes something else"],
)
def test_the_first_migration_that_makes_tables(change: Change, base: dict[str, str]) -> None:
    """It was held against tables that base's models had made: "relation already exists"."""
    change.base(ACCOUNT, base)
    file = MAKES_ALL if base else FIRST
    project = change.check(ACCOUNT, {"migrations/versions/b2_tables.py": file})
    assert (project.status, project.baseline, len(project.migrations)) == ("proven", "migrations", 1)
    assert "to be stamped" in finding(project, "note").title


@pytest.mark.parametrize("base", [{}, {FIRST_FILE: EMPTY}], ids=["no history", "an empty revision"])
def test_what_the_first_migration_forgets_is_missed(change: Change, base: dict[str, str]) -> None:
    """It counted as older drift, which nobody has to repair, and the migration as proven."""
    change.base(ADDED, base)
    file = MAKES_ALL if base else FIRST
    project = change.check(ADDED, {"migrations/versions/b2_tables.py": file})
    assert project.status == "failed"
    assert [(one.kind, one.name) for one in project.residual] == [("column", "age")]


def test_a_first_migration_that_stops_is_told_why(change: Change) -> None:
    change.base(ACCOUNT)
    project = change.check(ACCOUNT, {"migrations/versions/b2_tables.py": FIRST.replace("sa.Integer()", "sa.Int()")})
    assert (project.status, project.baseline) == ("failed", "migrations")
    assert any("Int" in step.error.message for step in project.round_trip.steps if step.error)


@pytest.mark.parametrize("kind", ["table", "column"])
def test_what_was_forgotten_and_is_changed_now(change: Change, kind: str) -> None:
    """Whether databases have it already is not known, and the file stops on those that do."""
    tag = '\nclass Tag(Base):\n    __tablename__ = "tag"\n    id = Column(Integer, primary_key=True)\n'
    models = ACCOUNT + (tag if kind == "table" else "    nick = Column(String(9))\n")
    changed = models + "    word = Column(Integer)\n" if kind == "table" else models.replace("9", "19")
    change.base(models, {FIRST_FILE: FIRST})
    project = change.check(changed)
    assert project.status == "warning"
    title = finding(project, "older-drift-repaired").title
    assert title.startswith("The file also makes " + ("table tag," if kind == "table" else "column account.nick,"))
    wanted = change.check(changed, None, **{"include-drift": True})
    assert (wanted.status, "older-drift-repaired" in codes(wanted)) == ("proven", False)
    there = change.check(changed, None, baseline="models")
    assert (there.status, "create_table" in generated(there).source) == ("proven", False)
