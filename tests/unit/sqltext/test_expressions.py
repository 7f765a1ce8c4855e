"""Answers stay in their place."""

import pytest

from bot.sqltext.expressions import bare, beyond, enclosed


@pytest.mark.parametrize(
    "sql",
    [
        "0",
        "'it''s'",
        "(SELECT count(*) FROM job WHERE id > 0)",
        "coalesce(a, b)",
        "ARRAY[1, 2]",
        "CASE WHEN a IS DISTINCT FROM b THEN 1 ELSE 2 END",
        "extract(year FROM made)",
        "E'\\'; DELETE FROM job; --'",
        "$$ ; -- $$",
        '"where"',
        "'a -- b'",
        "a -> 'b'",
        "5 - -3",
    ],
)
def test_an_expression_stays_in_its_place(sql: str) -> None:
    assert beyond(sql) == ""


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("0; DELETE FROM job; --", "a semicolon"),
        ("0); DELETE FROM job; SELECT (1", ") without its beginning"),
        ("0 WHERE false", "WHERE"),
        ("0 returning id", "RETURNING"),
        ("a FROM other", "FROM"),
        ("0, name = 'x'", "a comma"),
        ("0 --", "a comment"),
        ("0 /* x */", "a comment"),
        ("0 /*", "a comment"),
        ("'", "a quote that does not end"),
        ("'a' || 'b", "a quote that does not end"),
        ('"a', "a quote that does not end"),
        ("(0", "( without its end"),
        ("(0]", "] without its beginning"),
        ("(SELECT 1; SELECT 2)", "a semicolon"),
    ],
)
def test_what_leads_out_is_named(sql: str, why: str) -> None:
    assert beyond(sql) == why


@pytest.mark.parametrize(
    "sql", ["0", "-1.5", "'a'", "'a'::mood", "now()", "(1 + 2)", "coalesce(a, (b))", "DEFAULT", "f(x)::int"]
)
def test_one_value_or_call_needs_no_parentheses(sql: str) -> None:
    assert enclosed(sql) == sql


@pytest.mark.parametrize(
    "sql", ["a OR b", "f(a) + g(b)", "(a) AND (b)", "1 + 2", "'a' || b", "a::int + 1", "f(a) || ')'"]
)
def test_anything_else_is_put_in_parentheses(sql: str) -> None:
    assert enclosed(f" {sql} ") == f"({sql})"


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        ("(age > 0)", "age > 0"),
        ("((a > 0) AND (b > 0))", "(a > 0) AND (b > 0)"),
        ("(a > 0) AND (b > 0)", "(a > 0) AND (b > 0)"),
        ("(name <> ')'::text)", "name <> ')'::text"),
        ("now()", "now()"),
    ],
)
def test_in_a_sentence_an_expression_has_no_parentheses_around_it(sql: str, shown: str) -> None:
    assert bare(sql) == shown
