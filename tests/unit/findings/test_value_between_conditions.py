"""Conditions that leave out a value between them."""

from dataclasses import replace

import msgspec
import pytest

from bot.findings.facts import Facts
from bot.findings.rules.value_between_conditions import check
from bot.model import Migration, ObjectKey, Project, Statement
from tests.support.facts import LOADED
from tests.support.snapshots import column, snapshot

OWN = Migration(path="versions/b2.py", revision="b2", down_revision="a1", origin="pull_request", source="")
TABLE = (
    column("account", "score", type="numeric(5,2)"),
    column("account", "points", type="integer"),
    column("account", "seen", type="timestamp without time zone"),
    column("account", "born", type="date"),
    column("account", "level", type="text"),
)
NEVER_ZERO = (
    ObjectKey("constraint", "public", "account", "points_check"),
    {"type": "c", "columns": ["points"], "expression": "(points <> 0)", "definition": "CHECK ((points <> 0))"},
)


def said(*statements: str, checked: bool = False) -> list[str]:
    sent = [Statement(direction="upgrade", sql=sql, line=7, rows=1) for sql in statements]
    project = Project(config="alembic.ini", status="proven", migrations=[msgspec.structs.replace(OWN, statements=sent)])
    facts = Facts(project=project, base=LOADED, head=LOADED)
    return [one.title for one in check(replace(facts, old=snapshot(*TABLE, *([NEVER_ZERO] if checked else []))))]


def case(*conditions: str, rest: str = "") -> str:
    branches = " ".join(f"WHEN {one} THEN '{place}'" for place, one in enumerate(conditions))
    return f"UPDATE account SET level = CASE {branches} {rest} END"


@pytest.mark.parametrize(
    ("sql", "between"),
    [
        (case("born < '1980-01-01'", "born > '1980-01-01'"), "born is 1980-01-01"),
        (case("a.points < 10", "a.points > 10", rest="ELSE NULL"), "points is 10"),
        (case("score BETWEEN 0 AND 49", "score BETWEEN 50 AND 100"), "score is between 49 and 50"),
        (case("score <= 9", "score >= 10", rest="ELSE 'none'"), "score is between 9 and 10"),
        (
            case("seen BETWEEN '2023-01-01' AND '2023-12-31'", "seen >= '2024-01-01'"),
            "seen is between 2023-12-31 and 2024-01-01",
        ),
    ],
)
def test_a_value_between(sql: str, between: str) -> None:
    assert said(sql) == [f"account.level is not set where {between}"]


def test_a_value_between_the_conditions_of_two_statements() -> None:
    older, younger = (f"UPDATE account SET level = '{sign}' WHERE points {sign} 18" for sign in "<>")
    assert said(older, younger) == ["account.level is not set where points is 18"]
    assert said(older, younger, "UPDATE account SET level = '=' WHERE level IS NULL") == []


@pytest.mark.parametrize(
    "sql",
    [
        case("born < '1980-01-01'", "born >= '1980-01-01'"),
        case("points < 10", "points > 10", rest="ELSE 'ten'"),
        case("points < 10", "points > 10", "points = 10"),
        case("points < 10", "points > 20"),
        case("points BETWEEN 0 AND 49", "points BETWEEN 50 AND 100"),
        case("born BETWEEN '2023-01-01' AND '2023-12-31'", "born >= '2024-01-01'"),
        case("score < 50", "score >= 50"),
        case("points < 10", "score > 10"),
        "UPDATE account SET level = 'x' WHERE points < 10 OR points > 10",
    ],
)
def test_no_value_between(sql: str) -> None:
    assert said(sql) == []


def test_a_value_that_a_check_forbids() -> None:
    assert said(case("points < 0", "points > 0"))
    assert said(case("points < 0", "points > 0"), checked=True) == []
