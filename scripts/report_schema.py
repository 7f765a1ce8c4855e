"""Writes docs/report.schema.json, which a test holds to the types: `python -m scripts.report_schema`."""

import json
from pathlib import Path
from typing import Any

import msgspec

from bot.model import Report

PATH = Path(__file__).resolve().parent.parent / "docs/report.schema.json"


def schema() -> dict[str, Any]:
    """The JSON Schema of `report.json`."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {**dialect, "title": "report.json of the Alembic Migration Bot", **msgspec.json.schema(Report)}


def text() -> str:
    """The file's text."""
    return json.dumps(schema(), indent=2) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
