"""A value's canonical form is made with the type of its column."""

import pytest

from bot.migration.proof.canonical import form_of
from bot.model import ObjectKey
from bot.schema.snapshots import Snapshot

DOMAIN = ObjectKey("domain", "public", "", "amount")


def canonical(value: str, type_name: str) -> str:
    snapshot = Snapshot(objects={DOMAIN: {"base": "numeric(10,2)"}})
    kind = "domain" if type_name.startswith("amount") else "base"
    attributes = {
        "type": type_name,
        "type_kind": kind,
        "type_schema": "public",
        "type_name": "amount",
        "array": type_name.endswith("[]"),
    }
    return form_of(snapshot, attributes)(value)


@pytest.mark.parametrize(
    ("type_name", "one", "other"),
    [
        ("numeric(10,2)", "1.50", "1.5"),
        ("double precision", "1e3", "1000"),
        ("boolean", "t", "true"),
        ("character(5)", "ab   ", "ab"),
        ("timestamp with time zone", "2024-01-02 10:00:00+02", "2024-01-02 08:00:00+00"),
        ("jsonb", '{"b": 1.0, "a": 2}', '{"a":2,"b":1.00}'),
        ("json", '{"b": 1.0}', '{"b":1}'),
        ("amount", "1.50", "1.5"),
        ("numeric(10,2)[]", "{1.50,NULL}", '{"1.5",NULL}'),
        ("amount[]", "{1.50}", "{1.5}"),
        *((number, "007", "7") for number in ("smallint", "integer", "bigint", "real", "oid")),
    ],
)
def test_the_same_value_reads_the_same(type_name: str, one: str, other: str) -> None:
    assert canonical(one, type_name) == canonical(other, type_name)


@pytest.mark.parametrize(
    ("type_name", "one", "other"),
    [
        ("text", "007", "7"),
        ("text", "t", "true"),
        ("text", "1.50", "1.5"),
        ("character varying(5)", "a ", "a"),
        ("text", '{"a":1}', '{"a": 1}'),
        ("text", "2024-01-02", "2024-01-02 00:00:00"),
        ("text[]", "{007}", "{7}"),
        ("jsonb", '{"a": 1}', '{"a": "1"}'),
        ("jsonb", '{"a": 1}', '{"a": {"number": "1"}}'),
        ("jsonb", '{"a": {"b": 1}}', '{"a": {"object": {"b": 1}}}'),
        ("character(5)", "ab?", "ab"),
        ("numeric(10,2)[]", "{NULL}", '{"NULL"}'),
        ("json", '{"a": 1.5}', '{"a": 1.6}'),
        ("numeric", "1", "2"),
        ("kind", "007", "7"),
    ],
)
def test_other_values_do_not(type_name: str, one: str, other: str) -> None:
    assert canonical(one, type_name) != canonical(other, type_name)


def test_a_day_is_its_first_moment() -> None:
    moment = canonical("2024-01-02 00:00:00", "timestamp without time zone")
    assert canonical("2024-01-02", "date") == moment == "2024-01-02T00:00:00"


@pytest.mark.parametrize("text", ["infinity", "0044-03-15 BC", "10000-01-01 00:00:00"])
def test_a_moment_beyond_the_years_that_python_has_stays_as_it_is(text: str) -> None:
    assert canonical(text, "timestamp with time zone") == text


def test_a_domain_that_nobody_knows_is_compared_as_it_is_written() -> None:
    unknown = {"type": "amount", "type_kind": "domain", "type_schema": "public", "type_name": "amount", "array": False}
    assert form_of(Snapshot({}), unknown)("007") == "007"
