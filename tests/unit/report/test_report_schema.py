"""docs/report.schema.json is what the types say, and holds for what they let through."""

import json

import pytest
from jsonschema import Draft202012Validator, ValidationError

from bot.model import Report, to_json
from scripts import report_schema
from tests.support import reports
from tests.support.report_schema import PATH, valid_report, validator


def test_the_schema_is_made_of_the_types() -> None:
    assert PATH.read_text(encoding="utf-8") == report_schema.text(), "run `python -m scripts.report_schema`"
    Draft202012Validator.check_schema(report_schema.schema())


@pytest.mark.parametrize(
    "report",
    [reports.report(reports.project(), reports.failed(), reports.without_verdict()), reports.hostile("`<b>`")],
    ids=["usual", "hostile"],
)
def test_what_the_bot_writes_is_valid(report: Report) -> None:
    assert valid_report(to_json(report)) == report


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"status": "green"}, "'green' is not one of"),
        ({"version": 2}, "2 is not one of"),
        ({"mood": "good"}, "'mood' was unexpected"),
        ({"head": 5}, "5 is not valid"),
    ],
)
def test_what_is_no_report_is_not(change: dict[str, object], complaint: str) -> None:
    data = {**json.loads(to_json(reports.report(reports.project()))), **change}
    with pytest.raises(ValidationError, match=complaint):
        validator().validate(data)
