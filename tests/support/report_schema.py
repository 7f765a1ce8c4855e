"""Reports as the bot wrote them, held to the schema that is given to others."""

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator

from bot.model import Report, from_json

PATH = Path(__file__).parents[2] / "docs/report.schema.json"


@cache
def validator() -> Draft202012Validator:
    """Of docs/report.schema.json, as it is shipped."""
    return Draft202012Validator(json.loads(PATH.read_text(encoding="utf-8")))


def valid_report(data: bytes) -> Report:
    """Decode a report. Raises `jsonschema.ValidationError` when it is not as the schema says."""
    validator().validate(json.loads(data))
    return from_json(data)
