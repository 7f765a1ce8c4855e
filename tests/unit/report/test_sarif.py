"""Findings as code scanning reads them: SARIF 2.1.0, held to the standard's own schema."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from msgspec.structs import replace

from bot.decisions import decision
from bot.model import Finding, Report, Where
from bot.report.sarif import sarif
from tests.support import reports

SCHEMA = Path(__file__).with_name("sarif") / "sarif-schema-2.1.0.json"
LOCKED = Finding(
    code="no-lock-timeout",
    severity="notice",
    title="The lock on job is waited for without an end",
    detail="Behind [one](1) query, all wait",
    advice="Set it.",
    where=Where(path="migrations/versions/b2 größer.py", line=12),
)


@cache
def validator() -> Draft4Validator:
    return Draft4Validator(json.loads(SCHEMA.read_text()))


def run_of(report: Report) -> dict[str, Any]:
    """The one run of a log that is as the schema says."""
    log = json.loads(sarif(report))
    validator().validate(log)
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def results(*findings: Finding, **changes: Any) -> list[dict[str, Any]]:
    found = run_of(reports.report(reports.project(findings=list(findings), **changes)))["results"]
    assert isinstance(found, list)
    return found


def place(result: dict[str, Any]) -> tuple[str, int]:
    (location,) = result["locations"]
    physical = location["physicalLocation"]
    assert physical["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
    return physical["artifactLocation"]["uri"], physical["region"]["startLine"]


@pytest.mark.parametrize(
    "report",
    [
        reports.report(),
        reports.report(reports.project(), reports.failed(), reports.without_verdict()),
        reports.hostile("`<b>` [x](y) {0} \x1b\ud800"),
    ],
    ids=["empty", "usual", "hostile"],
)
def test_every_report_is_valid_sarif(report: Report) -> None:
    assert run_of(report)["tool"]["driver"]["name"] == "Alembic Migration Bot"


def test_a_finding_is_an_alert_at_its_line() -> None:
    (result,) = results(LOCKED)
    assert (result["ruleId"], result["level"]) == ("no-lock-timeout", "note")
    assert place(result) == ("migrations/versions/b2%20gr%C3%B6%C3%9Fer.py", 12)
    said = r"The lock on job is waited for without an end. Behind \[one\](1) query, all wait Set it."
    assert result["message"]["text"] == said


def test_each_rule_is_explained_once() -> None:
    other = Finding(code="data-lost", severity="error", title="3 rows", detail="")
    rules = run_of(reports.report(reports.project(findings=[LOCKED, other, LOCKED])))["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["data-lost", "no-lock-timeout"]
    assert all(rule["helpUri"].endswith(f"docs/findings.md#{rule['id']}") for rule in rules)
    assert rules[0]["shortDescription"]["text"] == "Rows or values are lost that could have been kept"


def test_what_has_no_place_in_the_repository_stands_at_the_configuration() -> None:
    written = reports.migration()
    nowhere = Finding(code="incomplete", severity="error", title="Something is missing", detail="")
    there = Finding(code="x", severity="notice", title="y", detail="", where=Where(path=written.path, line=3))
    assert [place(result) for result in results(nowhere, there)] == [("alembic.ini", 1)] * 2
    own = reports.migration(origin="pull_request", path="versions/a.py")
    assert place(results(nowhere, migrations=[own])[0]) == ("versions/a.py", 1)


def mark(result: dict[str, Any]) -> str:
    return str(result["partialFingerprints"]["primaryLocationLineHash"])


def test_an_alert_stays_the_same_when_its_line_moves() -> None:
    moved = replace(LOCKED, where=Where(path="migrations/versions/b2 größer.py", line=40))
    first, second = results(LOCKED, moved)
    assert mark(first) == mark(results(moved)[0])
    assert mark(first) != mark(second), "two alerts of the same words are two"


def test_an_open_question_is_an_alert() -> None:
    asked = decision("rename", "member.name", "Was it renamed?", "open")
    (result,) = results(decisions=[asked])
    assert (result["ruleId"], result["level"]) == ("open-question", "warning")
    assert "/migration rename" in result["message"]["text"]
    (rule,) = run_of(reports.report(reports.project(decisions=[asked])))["tool"]["driver"]["rules"]
    assert rule["helpUri"].endswith("docs/findings.md#in-code-scanning")


def test_a_project_without_a_verdict_is_no_success() -> None:
    run = run_of(reports.report(reports.project(), reports.without_verdict()))
    (result,) = run["results"]
    assert (result["ruleId"], result["level"], place(result)) == ("no-verdict", "error", ("alembic.ini", 1))
    assert "sqlalchemyy cannot be installed" in result["message"]["text"]
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert invocation["toolExecutionNotifications"][0]["level"] == "error"
