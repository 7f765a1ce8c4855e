"""Which columns of two tables a statement compares with each other.

Pure. In: SQL. Out: pairs of columns of named tables; a name that stands for none of the statement's tables is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.sqltext.dml import named
from bot.sqltext.row_effects import TableName
from bot.sqltext.words import Words, is_name, unquoted, words_of

_BEFORE_A_TABLE = ("update", "from", "join", "using", "into", ",")
_AFTER_A_TABLE = (
    "set", "on", "where", "join", "left", "right", "inner", "full", "cross", "natural", "using", "group", "order",
    "limit", "select", "values", "returning", "from", "union", "having", "lateral", "default",
)  # fmt: skip


_OF_SETS = ("exists", "in", "any", "some", "all", "array")
_AGGREGATES = {
    "sum", "count", "avg", "min", "max", "array_agg", "string_agg", "json_agg", "jsonb_agg", "json_object_agg",
    "jsonb_object_agg", "bool_or", "bool_and", "every", "bit_or", "bit_and", "mode", "percentile_cont",
    "percentile_disc", "range_agg",
}  # fmt: skip


@dataclass(frozen=True)
class Equality:
    """`table.column = other.other_column`; `reduced` where one value is made of all the rows that it finds."""

    table: TableName
    column: str
    other: TableName
    other_column: str
    reduced: bool = False


def equalities(sql: str) -> Iterator[Equality]:
    """The comparisons of columns that are named with their tables."""
    yield from (equality for _, equality in _placed(words_of(sql)))


def of_single_rows(sql: str) -> Iterator[Equality]:
    """The same, but for what leads into a sub-select that makes one value of all the rows it finds, however many."""
    words = words_of(sql)
    spans = list(_of_all_rows(words))
    for place, equality in _placed(words):
        sides = unquoted(words[place]), unquoted(words[place + 4])
        inner = [dict(tables_of(words[first:last])) for first, last in spans if first < place < last]
        if not any((sides[0] in tables) != (sides[1] in tables) for tables in inner):
            yield replace(equality, reduced=bool(inner))


def _placed(words: Words) -> Iterator[tuple[int, Equality]]:
    tables = dict(tables_of(words))
    for place in range(len(words) - 6):
        one, dot, column, equals, other, other_dot, other_column = words[place : place + 7]
        if (dot, equals, other_dot) != (".", "=", ".") or not all(map(is_name, (one, column, other, other_column))):
            continue
        left, right = tables.get(unquoted(one)), tables.get(unquoted(other))
        if left is not None and right is not None and left != right:
            yield place, Equality(left, unquoted(column), right, unquoted(other_column))


def _of_all_rows(words: Words) -> Iterator[tuple[int, int]]:
    """From and to: `EXISTS (SELECT …)`, `IN (SELECT …)`, `(SELECT sum(…) FROM …)`."""
    lower = [word.lower() for word in words]
    opened: list[int] = []
    for place, word in enumerate(lower):
        if word == "(":
            opened.append(place)
        elif word == ")" and opened:
            first = opened.pop()
            inside = lower[first + 1 : place]
            if inside[:1] != ["select"]:
                continue
            made = inside[: inside.index("from")] if "from" in inside else inside
            calls = {name for name, after in pairwise(made) if after == "("}
            if lower[max(first - 1, 0)] in _OF_SETS or calls & _AGGREGATES:
                yield first, place


def compared_with_values(sql: str) -> Iterator[tuple[TableName, str]]:
    """Columns, named with their tables, of which a condition wants one value: a literal, or what comes from outside."""
    words = words_of(sql)
    tables = dict(tables_of(words))
    asked = next((place for place, word in enumerate(words) if word.lower() == "where"), len(words))
    for place in range(asked, len(words) - 4):
        one, dot, column, equals, value = words[place : place + 5]
        is_value = value[:1] in ("'", "%", "$") or value.isdigit()
        if (dot, equals) == (".", "=") and is_name(one) and is_value and unquoted(one) in tables:
            yield tables[unquoted(one)], unquoted(column)


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


def tables_of(words: Words) -> Iterator[tuple[str, TableName]]:
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
