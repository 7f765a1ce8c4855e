"""Which columns of two tables a statement compares with each other.

Pure. In: SQL. Out: pairs of columns of named tables; a name that stands for none of the statement's tables is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.sqltext.dml import named
from bot.sqltext.row_effects import TableName
from bot.sqltext.words import Words, is_name, unquoted, words_of

_BEFORE_A_TABLE = ("update", "from", "join", "using", "into", ",")
_AFTER_A_TABLE = (
    "set", "on", "where", "join", "left", "right", "inner", "full", "cross", "natural", "using", "group", "order",
    "limit", "select", "values", "returning", "from", "union", "having", "lateral", "default",
)  # fmt: skip


@dataclass(frozen=True)
class Equality:
    """`table.column = other.other_column`."""

    table: TableName
    column: str
    other: TableName
    other_column: str


def equalities(sql: str) -> Iterator[Equality]:
    """The comparisons of columns that are named with their tables."""
    words = words_of(sql)
    tables = dict(_tables(words))
    for place in range(len(words) - 6):
        one, dot, column, equals, other, other_dot, other_column = words[place : place + 7]
        if (dot, equals, other_dot) != (".", "=", ".") or not all(map(is_name, (one, column, other, other_column))):
            continue
        left, right = tables.get(unquoted(one)), tables.get(unquoted(other))
        if left is not None and right is not None and left != right:
            yield Equality(left, unquoted(column), right, unquoted(other_column))


def compared_with_itself(sql: str, table: TableName) -> Iterator[str]:
    """Columns that rows of a table are compared by with other rows of it, or with what is made of them."""
    words = words_of(sql)
    again = any(
        before.lower() in ("from", "join", ",") and named(words, place)[0] == table
        for place, before in enumerate(words, start=1)
    )
    for place in range(len(words) - 6 if again else 0):
        one, dot, column, equals, other, other_dot, other_column = words[place : place + 7]
        same = unquoted(column) == unquoted(other_column) and unquoted(one) != unquoted(other)
        if (dot, equals, other_dot) == (".", "=", ".") and all(map(is_name, (one, column, other))) and same:
            yield unquoted(column)


def _tables(words: Words) -> Iterator[tuple[str, TableName]]:
    """What a statement's tables are called in it."""
    lower = [word.lower() for word in words]
    for place, word in enumerate(lower[:-1]):
        if word not in _BEFORE_A_TABLE:
            continue
        start = place + 1 + (lower[place + 1] == "only")
        if not is_name(words[start : start + 1][0] if start < len(words) else "("):
            continue
        table, end = named(words, start)
        end += lower[end : end + 1] == ["as"]
        alias = words[end] if end < len(words) else ""
        if is_name(alias) and alias.lower() not in _AFTER_A_TABLE:
            yield unquoted(alias), table
        elif word != ",":
            yield table.name, table
