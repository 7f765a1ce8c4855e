"""Values that a check speaks of: what it lists, and, for a row that it refuses, literals and their neighbours."""

import re
from collections.abc import Iterator
from itertools import islice

import psycopg2

from bot.model import ObjectKey
from bot.schema.objects import type_key, type_of
from bot.schema.snapshots import Snapshot

_NUMBER = re.compile(r"(?<![\w.'])-?\d+(?:\.\d+)?")
_STRING = re.compile(r"'((?:[^']|'')*)'")
_USUAL = (
    "1",
    "0",
    "10",
    "100",
    "1000",
    "0.5",
    "a",
    "abc",
    "a@example.com",
    "https://example.com",
    "2024-06-15",
    "",
    "true",
)


def spoken_of(snapshot: Snapshot, table: tuple[str, str]) -> dict[str, list[str]]:
    """By column, the values in checks of it alone and of its domain: a list of states is an enum in all but type."""
    found: dict[str, list[str]] = {}
    for attributes in snapshot.children("constraint", *table).values():
        if attributes["type"] == "c" and len(attributes["columns"]) == 1:
            found.setdefault(attributes["columns"][0], []).extend(exactly(str(attributes["expression"])))
    for key, attributes in snapshot.children("column", *table).items():
        domain = snapshot.objects.get(type_key("domain", attributes), {})
        for constraint in domain.get("constraints") or ():
            found.setdefault(key.name, []).extend(exactly(str(constraint["definition"])))
    return {name: list(dict.fromkeys(values)) for name, values in found.items() if values}


def exactly(expression: str) -> Iterator[str]:
    """The texts and numbers in an expression, as they are."""
    yield from (text.replace("''", "'") for text in _STRING.findall(expression))
    yield from _NUMBER.findall(_STRING.sub("", expression))


def candidates(
    snapshot: Snapshot, table: tuple[str, str], row: dict[str, str | None], error: psycopg2.Error, most: int
) -> Iterator[dict[str, str | None]]:
    """Rows to try instead, at most `most`; none when the error is not about a check."""
    expression, columns = _check(snapshot, table, error)
    if not columns:
        return
    pool = list(dict.fromkeys([*literals(expression), *_USUAL]))
    yield from islice(_variations(row, [c for c in columns if c in row], pool), most)


def _variations(row: dict[str, str | None], columns: list[str], pool: list[str]) -> Iterator[dict[str, str | None]]:
    for value in pool:
        for column in columns:
            yield {**row, column: value}
    for value in pool[:4]:
        yield {**row, **dict.fromkeys(columns, value)}
    for column in columns:
        yield {**row, column: None}


def _check(snapshot: Snapshot, table: tuple[str, str], error: psycopg2.Error) -> tuple[str, list[str]]:
    name = error.diag.constraint_name or ""
    found = snapshot.objects.get(ObjectKey("constraint", *table, name))
    if found is not None and found["type"] == "c":
        return str(found["expression"]), list(found["columns"])
    for key, attributes in snapshot.of("domain").items():
        for constraint in attributes["constraints"]:
            if constraint["name"] == name:
                return str(constraint["definition"]), [
                    column.name
                    for column, a in snapshot.children("column", *table).items()
                    if type_of(a) == (key.schema, key.name)
                ]
    return "", []


def literals(expression: str) -> Iterator[str]:
    for text in _STRING.findall(expression):
        yield text.replace("''", "'")
    for text in _NUMBER.findall(_STRING.sub("", expression)):
        number = float(text) if "." in text else int(text)
        for other in (number + 1, number - 1, number):
            yield str(other)
        length = int(number)
        if 0 < length <= 1000:
            yield "x" * length
            yield "1" * length
