"""What conditions compare columns with."""

import pytest

from bot.sqltext.comparisons import Comparison, comparisons
from bot.sqltext.words import words_of


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("a < 18", [("a", "<", "18")]),
        ("t.a >= 18.5 AND b <> -3", [("a", ">=", "18.5"), ("b", "<>", "-3")]),
        ("\"A\" <= '2024-01-01'::date", [("A", "<=", "2024-01-01")]),
        ("at > DATE '2024-01-01'", [("at", ">", "2024-01-01")]),
        ("at::date = '2024-01-01'", [("at", "=", "2024-01-01")]),
        ("a BETWEEN 0 AND 49", [("a", ">=", "0"), ("a", "<=", "49")]),
        ("a IS NULL OR a = b", []),
        ("lower(a) > 'x'", []),
    ],
)
def test_what_is_compared(condition: str, found: list[tuple[str, str, str]]) -> None:
    assert list(comparisons(words_of(condition))) == [Comparison(*one) for one in found]
