"""`WITH a AS (…), b AS (…) UPDATE …`: parts that write, and what the others read. Pure."""

from collections.abc import Iterator

from bot.sqltext.dml import WRITES, named
from bot.sqltext.row_effects import TableName
from bot.sqltext.words import Words, closing, unquoted, words_of

_BEFORE_A_SOURCE = ("from", "join", "using", ",")


def written_and_read(sql: str) -> Iterator[TableName]:
    """Tables that a part of a WITH fills or changes, and that another part reads by their names, not by the part's."""
    words = words_of(sql)
    parts = dict(_parts(words))
    for name, part in parts.items():
        table = _written(part) if name else None
        others = [word for other, inside in parts.items() if other != name for word in inside]
        read = {source.name for source in _sources(tuple(others))}
        if table and table.name in read and name not in read:
            yield table


def _parts(words: Words) -> Iterator[tuple[str, Words]]:
    """Each part of the WITH by its name, then the rest, which has none."""
    place = 1 + (words[1:2] != () and words[1].lower() == "recursive")
    while words[:1] != () and words[0].lower() == "with" and place < len(words):
        name, end = unquoted(words[place]), place + 1
        while end < len(words) and words[end].lower() != "as":
            end += 1
        while end < len(words) and words[end] != "(":
            end += 1
        close = closing(words, end)
        yield name, words[end + 1 : close]
        if words[close + 1 : close + 2] != (",",):
            yield "", words[close + 1 :]
            return
        place = close + 2


def _written(part: Words) -> TableName | None:
    """The table of an INSERT or UPDATE; what a DELETE takes away is read elsewhere on purpose."""
    if part[:1] == () or part[0].lower() not in WRITES or part[0].lower() == "delete":
        return None
    start = 1 + (part[1:2] != () and part[1].lower() in ("into", "only"))
    return named(part, start)[0]


def _sources(words: Words) -> Iterator[TableName]:
    for before, place in zip(words, range(1, len(words)), strict=False):
        if before.lower() in _BEFORE_A_SOURCE:
            yield named(words, place)[0]
