"""Models that write other values than the rows have, while the schema stays as it is: not plainly "unchanged"."""

import pytest

from bot.model import Finding, Project
from tests.support.changes import Change

MODELS = '''
import enum
import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

class Mood(enum.Enum):
    GLAD = "glad"
    SAD = "sad"

class {flag}(TypeDecorator):
    impl = sa.String(1)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else "{true}" if value else "{false}"

    def process_result_value(self, value, dialect):
        return None if value is None else value == "{true}"

class Moved(TypeDecorator):
    """{moved}"""
    impl = sa.String(9)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return value.strip()

class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    kind = Column(sa.String(20))
    mood = Column(sa.Enum(Mood, native_enum=False, create_constraint=False, length=9{labels}))
    active = Column({flag})
    moods = Column(sa.ARRAY(sa.Enum({members}, native_enum=False, create_constraint=False, length=9)))
    same = Column(Moved)
    __mapper_args__ = {{"polymorphic_on": kind, "polymorphic_identity": "person"}}

class Manager(Person):
    __mapper_args__ = {{"polymorphic_identity": "{identity}"}}
{more}'''
BASE = MODELS.format(
    flag="YesNo", true="Y", false="N", moved="", labels="", members='"glad", "sad"', identity="mgr", more=""
)
HEAD = MODELS.format(
    flag="OneZero",
    true="1",
    false="0",
    moved="As before.",
    labels=", values_callable=lambda e: [x.value for x in e]",
    members='"glad"',
    identity="manager",
    more="""
class Guest(Person):
    __mapper_args__ = {"polymorphic_identity": "guest"}
""",
)


def said(project: Project) -> dict[str, Finding]:
    found = [one for one in project.findings if one.code == "models-write-otherwise"]
    return {one.title.split(" into ")[1].split(" than ")[0]: one for one in found}


@pytest.fixture(scope="module")
def unchanged(joined: Change) -> Project:
    joined.base(BASE)
    return joined.check(HEAD)


def test_no_migration_is_needed_and_the_rows_are_other(unchanged: Project) -> None:
    assert (unchanged.status, unchanged.migrations) == ("warning", [])
    assert {*said(unchanged)} == {"person.active", "person.kind", "person.mood", "person.moods"}


@pytest.mark.parametrize(
    ("column", "update"),
    [
        ("person.kind", "UPDATE person SET kind = 'manager' WHERE kind = 'mgr'"),
        ("person.mood", "CASE mood WHEN 'GLAD' THEN 'glad' WHEN 'SAD' THEN 'sad' END WHERE mood IN ('GLAD', 'SAD')"),
        ("person.active", "CASE active WHEN 'Y' THEN '1' WHEN 'N' THEN '0' END WHERE active IN ('Y', 'N')"),
    ],
)
def test_the_statement_is_said(unchanged: Project, column: str, update: str) -> None:
    assert update in said(unchanged)[column].advice


def test_new_classes_and_labels_are_no_difference(joined: Change, unchanged: Project) -> None:
    del unchanged
    more = BASE.replace("SAD =", 'CALM = "calm"\n    SAD =') + "\nclass Guest(Person):\n    pass\n"
    assert joined.check(more).status == "unchanged"
