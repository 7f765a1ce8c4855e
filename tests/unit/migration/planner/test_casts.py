"""How types become other types."""

import pytest

from bot.migration.planner.casts import convert, family, keeps_operators, neutral


@pytest.mark.parametrize(
    ("before", "after", "using"),
    [
        ("integer", "bigint", None),
        ("character varying(10)", "text", None),
        ("character varying(10)", "integer", "x::integer"),
        ("integer", "boolean", "x <> 0"),
        ("boolean", "integer", "x::integer"),
        ("boolean", "numeric(4,0)", "x::integer"),
        ("inet", "text", "abbrev(x)"),
        ("bit(8)", "bit(16)", "x::bit(16)"),
        ("money", "numeric(10,2)", "x::numeric(10,2)"),
        ("numeric(10,2)", "money", "x::numeric::money"),
        ("text[]", "character varying(9)[]", None),
    ],
)
def test_conversions_that_need_no_question(before: str, after: str, using: str | None) -> None:
    conversion = convert("x", before, after)
    assert (conversion.using, conversion.question) == (using, "")


@pytest.mark.parametrize(
    ("before", "after"), [("text", "text[]"), ("text", "tsvector"), ("integer", "date"), ("integer", "int4range")]
)
def test_conversions_that_only_the_author_knows(before: str, after: str) -> None:
    conversion = convert("x", before, after)
    assert conversion.using
    assert conversion.question


@pytest.mark.parametrize(
    ("before", "after", "using"),
    [
        ("text", "text[]", "CASE WHEN x IS NOT NULL THEN ARRAY[x]::text[] END"),
        ("boolean", "numeric(6,2)[]", "CASE WHEN x IS NOT NULL THEN ARRAY[x::integer]::numeric(6,2)[] END"),
        ("numeric(6,2)[]", "boolean", "x[1] <> 0"),
        ("integer[]", "bigint", "x[1]"),
    ],
)
def test_arrays_and_single_values(before: str, after: str, using: str) -> None:
    assert convert("x", before, after).using == using


@pytest.mark.parametrize(
    ("before", "after", "needs_answer"),
    [
        ("integer", "uuid", True),
        ("integer[]", "uuid", True),
        ("integer", "uuid[]", True),
        ("integer[]", "uuid[]", True),
        ("integer[]", "bigint", False),
        ("text", "uuid[]", False),
    ],
)
def test_what_no_value_survives_is_needs_answer_in_arrays_as_well(before: str, after: str, needs_answer: bool) -> None:
    assert convert("x", before, after).needs_answer is needs_answer


def test_families() -> None:
    assert family("numeric(10,2)") == family("smallint") == "number"
    assert family("character varying(3)[]") == "text[]"
    assert family("shop.state") == "shop.state"


def test_operators_stay_valid_within_a_family_of_comparison() -> None:
    assert keeps_operators("integer", "bigint")
    assert not keeps_operators("integer", "text")
    assert not keeps_operators("integer", "integer[]")


def test_neutral_values() -> None:
    assert neutral("character varying(3)") == "''"
    assert neutral("integer[]") == "'{}'"
    assert neutral("int4range") == "'empty'"
    assert neutral("shop.state") is None
