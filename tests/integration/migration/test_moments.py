"""Moments that lose or gain a time zone: what they become must not depend on the session that migrates them."""

from collections.abc import Mapping

import pytest

from bot.model import Project
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


CONVERTED = {"loses": (AWARE, NAIVE), "gains": (NAIVE, AWARE), "day": (AWARE, DAY)}
KEPT = {"kept": (AWARE, "postgresql.TIMESTAMP(timezone=True, precision=3)")}


def events(side: int, tables: Mapping[str, tuple[str, str]]) -> str:
    """A table for each conversion, as it is before (0) or after (1)."""
    named = EVENT.replace("Event", "{name}").replace('"event"', '"{name}"')
    return "".join(named.format(name=name, type=kinds[side]) for name, kinds in tables.items())


@pytest.fixture(scope="module")
def asked(joined: Change) -> Project:
    joined.base(events(0, CONVERTED | KEPT))
    return joined.check(events(1, CONVERTED | KEPT))


@pytest.fixture(scope="module")
def answered(joined: Change, asked: Project) -> Project:
    """With the answers that the questions have as examples."""
    models = events(1, CONVERTED) + events(0, KEPT)
    return joined.check(models, using=[f"{name}.at={decision(asked, f'{name}.at').example}" for name in CONVERTED])


@pytest.mark.parametrize("name", CONVERTED)
def test_a_conversion_that_needs_a_zone_is_asked_about(asked: Project, name: str) -> None:
    put = decision(asked, f"{name}.at")
    assert (asked.status, put.decided) == ("warning", "open")
    assert "time zone" in put.question


def test_and_proven_with_the_answers(answered: Project) -> None:
    assert not [d for d in answered.decisions if d.decided == "open"]
    assert answered.status == "proven", answered.findings


def test_what_keeps_its_zone_is_not_asked_about(asked: Project) -> None:
    assert [d.subject for d in asked.decisions if "the session" in d.question and d.subject == "kept.at"] == []


def alter(kind: str, using: str = "") -> str:
    return f'op.execute("ALTER TABLE event ALTER at TYPE {kind}{using}")'


def test_a_migration_that_names_the_zone_is_proven(change: Change) -> None:
    based(change, AWARE)
    zone = " USING at AT TIME ZONE 'Europe/Zurich'"
    project = change.check(EVENT.format(type=NAIVE), second(alter("timestamp", zone), alter("timestamptz", zone)))
    assert project.status == "proven"
    # Of the hour that a zone has twice in autumn, one comes back.
    notices = [(one.severity, one.title) for one in project.findings if one.code == "rows-changed"]
    assert ("notice", "1 value of event.at come back with other values in the downgrade") in notices


def test_a_migration_that_leaves_the_zone_to_the_session_is_not(change: Change) -> None:
    based(change, AWARE)
    project = change.check(EVENT.format(type=NAIVE), second(alter("timestamp"), alter("timestamptz")))
    assert (project.status, decision(project, "event.at").decided) == ("warning", "open")


@pytest.mark.parametrize(("moment", "told"), [("at", True), ("(at AT TIME ZONE 'UTC')", False)])
def test_new_columns_that_the_zone_of_the_session_fills(change: Change, moment: str, told: bool) -> None:
    """Before: only columns that were there were looked at in a second zone; then texts were, if a cast made them."""
    based(change, AWARE)
    adds = 'op.add_column("event", sa.Column("day", sa.Date()))\nop.add_column("event", sa.Column("label", sa.Text()))'
    up = f"""{adds}\nop.execute("UPDATE event SET day = {moment}, label = concat('at ', {moment})")"""
    files = second(up, 'op.drop_column("event", "day")\nop.drop_column("event", "label")')
    models = EVENT.format(type=AWARE) + "    day = Column(sa.Date)\n    label = Column(sa.Text)\n"
    project = change.check(models, files)
    assert project.status == ("warning" if told else "proven"), project.findings
    zoned = [found.title for found in project.findings if "time zone of the session" in found.title]
    assert [column in "".join(zoned) for column in ("event.day", "event.label")] == [told, told]
