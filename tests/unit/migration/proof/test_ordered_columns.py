"""What a migration orders rows by."""

import pytest

from bot.migration.proof.ordered_columns import read


@pytest.mark.parametrize(
    ("source", "found", "not_found"),
    [
        ('op.execute("SELECT a FROM t ORDER BY b DESC, c")', {"b", "c"}, {"a"}),
        ("op.execute(\"SELECT string_agg(a, ',' ORDER BY t.b) FROM t\")", {"b"}, {"a"}),
        ('op.execute("SELECT a\\nFROM t\\nORDER\\nBY b")', {"b"}, {"a"}),
        ("session.query(T.a).order_by(T.b)", {"b"}, {"a"}),
        ("SELECT a FROM t", set(), {"a", "t"}),
    ],
)
def test_names(source: str, found: set[str], not_found: set[str]) -> None:
    assert found <= read([source])
    assert not not_found & read([source])
