"""`INSERT INTO t (…) SELECT … FROM s ON CONFLICT …`: rows of another table that meet rows which are there. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.sqltext import dml
from bot.sqltext.joins import tables_of
from bot.sqltext.row_effects import TableName
from bot.sqltext.words import Words, is_name, unquoted, words_of


@dataclass(frozen=True)
class Upsert:
    """`copied` are the columns that get what stands in a column of a source, with that; `key` those of the conflict,
    empty where it may be any. Of the row that is there, `set` columns are changed; `overwritten` ones take the new
    value as it is."""

    table: TableName
    sources: tuple[TableName, ...]
    copied: tuple[tuple[str, str], ...]
    key: frozenset[str]
    set: frozenset[str]
    overwritten: frozenset[str]


def upserts(sql: str) -> Iterator[Upsert]:
    """Those of rows from tables, column by column; a conflict with a constraint's name is not known by its columns."""
    words = words_of(sql)
    lower = [word.lower() for word in words]
    for table, listed, end in dml.inserted(words):
        conflict = next((n for n in range(end, len(words) - 1) if lower[n : n + 2] == ["on", "conflict"]), None)
        if not listed or conflict is None or lower[end : end + 1] != ["select"]:
            continue
        select, rest = words[end:conflict], words[conflict + 2 :]
        given, source = dml.given(select)
        key, after = dml.listed(rest, 0)
        copied = tuple((to, column) for to, part in zip(listed, given, strict=False) if (column := _column(part)))
        sources = tuple(dict(tables_of(source)).values())
        changed = list(_set(rest[after:]))
        taken = frozenset(column for column, value in changed if _is_excluded(column, value))
        yield Upsert(table, sources, copied, frozenset(key), frozenset(column for column, _ in changed), taken)


def _column(part: Words) -> str:
    """The column that an expression is, or is made of; empty where it is made of none."""
    following = (*part[1:], "")
    names = [word for word, after in zip(part, following, strict=False) if is_name(word) and after not in ("(", ".")]
    return unquoted(names[0]) if names else ""


def _set(action: Words) -> Iterator[tuple[str, Words]]:
    """The columns of `DO UPDATE SET a = EXCLUDED.a, b = 1`, with what they get."""
    start = next((place for place, word in enumerate(action) if word.lower() == "set"), len(action))
    for part in dml.clauses(action, start + 1):
        if part[1:2] == ("=",):
            yield unquoted(part[0]), part[2:]


def _is_excluded(column: str, value: Words) -> bool:
    return tuple(word.lower() for word in value[:2]) == ("excluded", ".") and tuple(map(unquoted, value[2:])) == (
        column,
    )
