"""Rows that a query takes as the first of several: `SELECT min(id) … WHERE code = …`, `DISTINCT ON (code)`. Pure."""

from collections.abc import Iterator

from bot.sqltext.joins import equalities, tables_of
from bot.sqltext.row_effects import TableName
from bot.sqltext.words import Words, closing, is_name, unquoted, words_of


def firsts(sql: str) -> Iterator[tuple[TableName, frozenset[str], Words]]:
    """The one table of such a query, the columns by which its rows are the same, and the words of the query."""
    words = words_of(sql)
    for place in range(len(words)):
        if words[place] != "(" or words[place + 1 : place + 2] == () or words[place + 1].lower() != "select":
            continue
        query = words[place + 1 : closing(words, place)]
        tables = list(dict(tables_of(query)).values())
        if len(tables) == 1:
            columns = _of_key(sql, query, tables[0]) | _distinct(query)
            if columns:
                yield tables[0], frozenset(columns), query


def _of_key(sql: str, query: Words, table: TableName) -> set[str]:
    """The columns that are compared with others, where the least or the largest `id` is what is taken."""
    made = [word.lower() for word in query[1 : 1 + closing(query, 2)]]
    if made[:1] not in (["min"], ["max"]) or made[-3:-2] not in ([], ["("], ["."]) or made[-2:-1] != ["id"]:
        return set()
    sides = ((e.table, e.column) for e in equalities(sql))
    others = ((e.other, e.other_column) for e in equalities(sql))
    return {column for name, column in (*sides, *others) if name == table}


def _distinct(query: Words) -> set[str]:
    """The columns of which each combination is taken once."""
    if [word.lower() for word in query[1:4]] != ["distinct", "on", "("]:
        return set()
    inner = query[4 : closing(query, 3)]
    return {
        unquoted(word) for word, after in zip(inner, (*inner[1:], ""), strict=True) if is_name(word) and after != "."
    }
