"""Texts that are NULL as a whole where one part is."""

import pytest

from bot.sqltext.concatenation import parts
from bot.sqltext.dml import effects
from bot.sqltext.row_effects import Assignment


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a || ' ' || b", ["a", "b"]),
        ("t.a || lower(trim(b))", ["a", "b"]),
        ("a::text || '-' || b::varchar", ["a", "b"]),
        ("a || COALESCE(b, '')", ["a"]),
        ("a || COALESCE(' ' || b, '')", ["a"]),
        ("concat_ws(' ', a || 'x', b)", []),
        ("a || CASE WHEN b IS NULL THEN '' ELSE b END", []),
        ("tags || ARRAY[b]", ["tags"]),
        ("doc || jsonb_build_object('b', b)", ["doc"]),
        ("a + b", []),
        ("a", []),
    ],
)
def test_parts(value: str, expected: list[str]) -> None:
    (effect,) = effects([f"UPDATE t SET x = {value}"])
    assert isinstance(effect, Assignment)
    assert parts(effect.value) == expected
