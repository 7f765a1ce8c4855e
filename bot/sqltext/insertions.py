"""`INSERT INTO t (…) SELECT …`: which column gets what. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.sqltext import dml
from bot.sqltext.joins import tables_of
from bot.sqltext.row_effects import TableName
from bot.sqltext.words import Words, is_name, unquoted, words_of


@dataclass(frozen=True)
class Insertion:
    """`columns` are those that are named, none where the order is the table's; `selected` are what the SELECT gives,
    the names of columns that stand there as they are, and empty texts for all else; `values` are the expressions
    themselves, and `rest` is what follows them."""

    table: TableName
    columns: tuple[str, ...]
    selected: tuple[str, ...]
    sources: tuple[TableName, ...]
    values: tuple[Words, ...]
    rest: Words


def read(sql: str) -> Iterator[Insertion]:
    """Those of rows from tables."""
    words = words_of(sql)
    lower = [word.lower() for word in words]
    for table, listed, end in dml.inserted(words):
        if lower[end : end + 1] == ["select"]:
            given, source = dml.given(words[end:])
            sources = tuple(dict(tables_of(source)).values())
            values = tuple(map(_unnamed, given))
            yield Insertion(table, tuple(listed), tuple(map(_plain, values)), sources, values, source)


def _unnamed(part: Words) -> Words:
    """An expression without `AS name`."""
    return part[:-2] if len(part) > 2 and part[-2].lower() == "as" else part


def _plain(words: Words) -> str:
    """The column that an expression is: `a`, `t.a`."""
    if len(words) not in (1, 3) or (len(words) == 3 and words[1] != "."):
        return ""
    return unquoted(words[-1]) if is_name(words[-1]) else ""
