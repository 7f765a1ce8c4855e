"""Escaping, one function at a time."""

import pytest

from bot.report.text import cell, code, fence, inline, prose, shortened, visible


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\x00b", "a\\x00b"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u200bb", "a\\u200bb"),
        ("tab\tline\nend", "tab\tline\nend"),
        ("äö漢😀", "äö漢😀"),
        ("\r\n", "\n"),
    ],
)
def test_what_cannot_be_seen_is_shown(given: str, shown: str) -> None:
    assert visible(given) == shown


@pytest.mark.parametrize(
    ("given", "ticks"), [("plain", "`plain`"), ("a`b", "``a`b``"), ("`a`", "`` `a` ``"), ("a```b", "````a```b````")]
)
def test_code_spans_hold_backticks(given: str, ticks: str) -> None:
    assert code(given) == ticks


def test_code_spans_stay_on_one_line() -> None:
    assert "\n" not in code("a\nb\n\nc")


def test_fences_are_longer_than_what_is_inside() -> None:
    assert fence("a\n````\nb", "sql") == "`````sql\na\n````\nb\n`````"


def test_cells_escape_bars_once() -> None:
    assert cell("a|b\nc") == "a\\|b c"
    assert cell(inline("a|b")) == "a&#124;b"


def test_sentences_keep_their_code() -> None:
    assert prose("run `alembic heads` now, *not* later") == "run `alembic heads` now, \\*not\\* later"
    assert prose("an `odd one") == "an \\`odd one"


def test_long_texts_are_cut_at_a_line() -> None:
    assert shortened("ab\ncd\nef", 7) == "ab\ncd\n… 3 more characters"
    assert shortened("short", 7) == "short"
