"""SQL in Python source: what `text()` makes of it must be the SQL again."""

import ast

import pytest
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.base import PGDialect

from bot.project.worker.rendering import WIDTH, escaped, quoted

DIALECT = PGDialect(paramstyle="named")  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "SELECT x::text",
        "SELECT ':name', '12:30', 'a:b:c', ': x', ':'",
        r"SELECT '\:name', '\\:name', '\: ', '\\\:x:'",
        "SELECT '100%', '%(x)s', '%%'",
        "SELECT \"a\" || 'b'",
        "SELECT 1\n\n  -- indented :x\n",
        "SELECT " + ", ".join(f"column_{n}" for n in range(40)),
        "COMMENT ON TABLE job IS ': # x'",
        "x" * 300,
        "ünïcode \u2028 line",
    ],
)
def test_sql_comes_out_as_it_went_in(sql: str) -> None:
    source = ast.literal_eval(f"({quoted(sql)})")
    assert str(text(source).compile(dialect=DIALECT)) == sql


def test_plain_sql_is_left_alone() -> None:
    assert escaped("SELECT a::int, '12:30'") == "SELECT a::int, '12:30'"


def test_long_statements_are_folded() -> None:
    lines = quoted("SELECT " + ", ".join(f"column_{n}" for n in range(40))).splitlines()
    assert len(lines) > 3
    assert max(map(len, lines)) <= WIDTH
