"""Numbers that are made of a date and of the hour of the upgrade."""

from dataclasses import replace

import msgspec
import pytest

from bot.findings.facts import Facts
from bot.findings.rules.true_that_day import check
from bot.model import Migration, Project, Statement
from tests.support.facts import LOADED
from tests.support.snapshots import column, snapshot

OWN = Migration(path="versions/b2.py", revision="b2", down_revision="a1", origin="pull_request", source="")
TABLE = (
    column("person", "born", type="date"),
    column("person", "seen", type="timestamp with time zone"),
    column("person", "age", type="integer"),
    column("person", "since", type="interval"),
    column("person", "days", type="integer"),
    column("person", "ends", type="date"),
    column("person", "state", type="text"),
)


def said(sql: str, source: str = "") -> int:
    statement = Statement(direction="upgrade", sql=sql, line=7, rows=1)
    migration = msgspec.structs.replace(OWN, statements=[statement], source=source)
    project = Project(config="alembic.ini", status="proven", migrations=[migration])
    facts = Facts(project=project, base=LOADED, head=LOADED)
    return len(list(check(replace(facts, old=snapshot(*TABLE), migrated=snapshot(*TABLE)))))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE person SET age = extract(year FROM now()) - extract(year FROM born)",
        "UPDATE person SET age = extract(year FROM age(born))",
        "UPDATE person SET since = CURRENT_TIMESTAMP - seen",
        "UPDATE person SET days = ends - CURRENT_DATE",
        "INSERT INTO person (age) SELECT date_part('year', age(p.born)) FROM person p",
    ],
)
def test_what_grows_old(sql: str) -> None:
    assert said(sql) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE person SET days = ends - born",
        "UPDATE person SET age = extract(year FROM age(ends, born))",
        "UPDATE person SET seen = now()",
        "UPDATE person SET seen = coalesce(seen, now())",
        "UPDATE person SET ends = CURRENT_DATE + days",
        "UPDATE person SET state = CASE WHEN ends < now() THEN 'over' ELSE 'open' END",
        "UPDATE person SET age = 7 WHERE seen < now()",
        "UPDATE person SET days = extract(doy FROM now())",
    ],
)
def test_what_does_not(sql: str) -> None:
    assert said(sql) == 0


BY_PROGRAM = "UPDATE person SET age = %(age)s WHERE id = %(id)s"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("date.today().year - row.born.year", 1),
        ('(datetime.now(timezone.utc) - row["seen"]).days', 1),
        ("(row.ends - date.today()).days", 1),
        ("date.today() - timedelta(days=30)", 0),
        ("row.ends - row.born", 0),
        ("date.today()", 0),
    ],
)
def test_what_a_program_computes(value: str, found: int) -> None:
    source = f"values = [{{'age': {value}}} for row in rows]\n"
    assert said(BY_PROGRAM, source) == found
    assert said("SELECT 1", source) == 0
