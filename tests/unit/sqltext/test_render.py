"""SQL as people write it."""

import pytest

from bot.sqltext import quote


@pytest.mark.parametrize(
    ("identifier", "written"),
    [
        ("job", "job"),
        ("_a1$", "_a1$"),
        ("Job", '"Job"'),
        ("user", '"user"'),
        ("two words", '"two words"'),
        ('a"b', '"a""b"'),
        ("50%", '"50%"'),
        ("1st", '"1st"'),
    ],
)
def test_names_are_quoted_only_where_needed(identifier: str, written: str) -> None:
    assert quote.name(identifier) == written


def test_public_is_left_out() -> None:
    assert quote.qualified("public", "job") == "job"
    assert quote.qualified("__reana", "job") == "__reana.job"


@pytest.mark.parametrize(("text", "written"), [("it's", "'it''s'"), ("a\\b", "E'a\\\\b'"), ("", "''")])
def test_literals(text: str, written: str) -> None:
    assert quote.literal(text) == written


def test_short_leaves_values_alone() -> None:
    assert quote.short("nextval('public.a_seq'::regclass) + public.f(x)") == "nextval('public.a_seq'::regclass) + f(x)"


def test_short_writes_lists_as_in() -> None:
    given = "(state)::text = ANY ((ARRAY['a'::character varying, 'b''c'::character varying])::text[])"
    assert quote.short(f"({given})") == "(state IN ('a', 'b''c'))"
    assert "= ALL" in quote.short(given.replace("ANY", "ALL"))
