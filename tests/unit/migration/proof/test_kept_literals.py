"""Texts that are the server's literals of another type; rows and catalogs are made by hand."""

from typing import Any

import pytest

from bot.migration.intent.expected_data import ExpectedData
from bot.migration.proof.kept_literals import KeptLiteral, kept
from bot.migration.proof.rows import RowSnapshot, TableRows
from bot.schema.snapshots import Snapshot
from tests.support.snapshots import column, snapshot, table

TEXT: dict[str, Any] = {"type": "text"}
MOODS = {"type": "mood[]", "type_kind": "enum", "array": True}
PAIR = {"type": "pair", "type_kind": "composite"}


def side(**columns: dict[str, Any]) -> Snapshot:
    return snapshot(table("t"), *(column("t", name, **attributes) for name, attributes in columns.items()))


def rows(**values: str | None) -> RowSnapshot:
    return RowSnapshot({("public", "t"): TableRows(tuple(values), (tuple(values.values()),))})


def found(before: str, after: str, old: dict[str, Any], new: dict[str, Any] = TEXT) -> list[KeptLiteral]:
    """One column that is converted."""
    return list(kept(rows(d=before), rows(d=after), (side(d=old), side(d=new)), ExpectedData()))


@pytest.mark.parametrize(
    ("literal", "plain", "old"),
    [
        ("\\x6162", "ab", {"type": "bytea"}),
        ("{a,b}", "a,b", {"type": "text[]", "array": True}),
        ("{glad}", "glad", MOODS),
        ('"hello"', "hello", {"type": "jsonb"}),
        ("$1,234.50", "1234.50", {"type": "money"}),
        ("(1,2)", "1/2", PAIR),
        ("[1,5)", "1 - 5", {"type": "int4range", "type_kind": "range"}),
        ('"k"=>"1"', "k=1", {"type": "hstore"}),
    ],
)
def test_a_literal_and_a_plain_text(literal: str, plain: str, old: dict[str, Any]) -> None:
    assert [(one.rows, one.value) for one in found(literal, literal, old)] == [(1, literal)]
    assert found(literal, plain, old) == []


@pytest.mark.parametrize(
    ("value", "old"),
    [
        ('{"k": 1}', {"type": "jsonb"}),
        ("7", {"type": "integer"}),
        ("2024-01-01", {"type": "date"}),
        ("10.0.0.1", {"type": "inet"}),
        ("glad", {"type": "mood", "type_kind": "enum"}),
        ("<n>1</n>", {"type": "xml"}),
        ("{}", {"type": "text[]", "array": True}),
        ("{a}", TEXT),
    ],
)
def test_literals_that_are_meant(value: str, old: dict[str, Any]) -> None:
    assert found(value, value, old) == []


@pytest.mark.parametrize(
    ("text", "value", "rows"),
    [
        ('{"a":1}', r'"{\"a\":1}"', 1),
        ('["ä"]', r'"[\"ä\"]"', 1),
        ('{"a":1}', '{"a": 1}', 0),
        ("hello", '"hello"', 0),
        ("7", '"7"', 0),
    ],
)
def test_json_in_a_string(text: str, value: str, rows: int) -> None:
    assert sum(one.rows for one in found(text, value, TEXT, {"type": "jsonb"})) == rows


def test_a_new_column_and_a_renamed_one() -> None:
    old = side(d={"type": "bytea"}, name=TEXT)
    before, after = rows(d="\\x6162", name="\\x6162"), rows(d="\\x6162", name="\\x6162", body="\\x6162")
    (one,) = kept(before, after, (old, side(d={"type": "bytea"}, name=TEXT, body=TEXT)), ExpectedData())
    assert (one.old[2], one.new[2], one.meant) == ("d", "body", "convert_from(d, 'UTF8')")
    renamed = ExpectedData(columns={("public", "t", "d"): "body"})
    (one,) = kept(before, rows(body="\\x6162", name="x"), (old, side(body=TEXT, name=TEXT)), renamed)
    assert (one.old[2], one.new[2]) == ("d", "body")
