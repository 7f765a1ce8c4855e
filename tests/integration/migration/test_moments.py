"""Moments that lose or gain a time zone: what they become must not depend on the session that migrates them."""

import pytest

from tests.integration.migration.test_own_migrations import second
from tests.support.changes import Change, decision

EVENT = """
class Event(Base):
    __tablename__ = "event"
    id = Column(Integer, primary_key=True)
    at = Column({type})
"""
FIRST = """
revision = "a1"
down_revision = None
from alembic import op
import sqlalchemy as sa

def upgrade():
    op.create_table("event", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("at", {type}))

def downgrade():
    op.drop_table("event")
"""
AWARE, NAIVE, DAY = "sa.DateTime(timezone=True)", "sa.DateTime()", "sa.Date()"


def based(change: Change, kind: str) -> None:
    change.base(EVENT.format(type=kind), {"migrations/versions/a1_first.py": FIRST.format(type=kind)})


@pytest.mark.parametrize(("old", "new"), [(AWARE, NAIVE), (NAIVE, AWARE), (AWARE, DAY)])
def test_a_conversion_that_needs_a_zone_is_asked_about_and_proven_with_the_answer(
    change: Change, old: str, new: str
) -> None:
    based(change, old)
    project = change.check(EVENT.format(type=new))
    asked = decision(project, "event.at")
    assert (project.status, asked.decided) == ("warning", "open")
    assert "time zone" in asked.question
    answered = change.check(EVENT.format(type=new), using=[f"event.at={asked.example}"])
    assert not [d for d in answered.decisions if d.decided == "open"]
    assert answered.status == "proven"


def alter(kind: str, using: str = "") -> str:
    return f'op.execute("ALTER TABLE event ALTER at TYPE {kind}{using}")'


def test_a_migration_that_names_the_zone_is_proven(change: Change) -> None:
    based(change, AWARE)
    zone = " USING at AT TIME ZONE 'Europe/Zurich'"
    project = change.check(EVENT.format(type=NAIVE), second(alter("timestamp", zone), alter("timestamptz", zone)))
    assert project.status == "proven"


def test_a_migration_that_leaves_the_zone_to_the_session_is_not(change: Change) -> None:
    based(change, AWARE)
    project = change.check(EVENT.format(type=NAIVE), second(alter("timestamp"), alter("timestamptz")))
    assert (project.status, decision(project, "event.at").decided) == ("warning", "open")


def test_what_keeps_its_zone_is_not_asked_about(change: Change) -> None:
    based(change, AWARE)
    project = change.check(EVENT.format(type="postgresql.TIMESTAMP(timezone=True, precision=3)"))
    assert not [d for d in project.decisions if "the session" in d.question]


@pytest.mark.parametrize(("value", "told"), [("at::date", True), ("(at AT TIME ZONE 'UTC')::date", False)])
def test_a_new_column_that_the_zone_of_the_session_fills(change: Change, value: str, told: bool) -> None:
    """Before: only columns that were there were looked at in a second zone."""
    based(change, AWARE)
    up = f'op.add_column("event", sa.Column("day", sa.Date()))\nop.execute("UPDATE event SET day = {value}")'
    files = second(up, 'op.drop_column("event", "day")')
    project = change.check(EVENT.format(type=AWARE) + "    day = Column(sa.Date)\n", files)
    assert project.status == ("warning" if told else "proven"), project.findings
    assert told is any("time zone of the session" in found.title for found in project.findings)
