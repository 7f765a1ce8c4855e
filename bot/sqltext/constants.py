"""Values that statements write into columns as they stand: by UPDATE, by INSERT, by the default of a new column. Pure.

In: SQL. Out: columns with the texts of constants; what is computed, looked up or sent apart from the text is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from bot.sqltext.dml import clauses, effects, named
from bot.sqltext.row_effects import Assignment, TableName, results
from bot.sqltext.words import Words, is_name, unquoted, words_of

_ENDS_DEFAULT = ("not", "null", "references", "check", "unique", "primary", "constraint", "collate", "generated")
_ENDS_SELECT = ("from", "where", "on", "returning", "union", ";", "group", "order", "limit")


@dataclass(frozen=True)
class Constant:
    """`inserted` tells that whole rows are put into the table."""

    table: TableName
    column: str
    value: str
    inserted: bool = False


def constants(sql: str) -> Iterator[Constant]:
    for effect in effects([sql]):
        if isinstance(effect, Assignment):
            yield from (Constant(effect.table, effect.column, value) for value in _values(effect.value))
    words = words_of(sql)
    for place, word in enumerate(words[:-1]):
        following = words[place + 1].lower()
        if word.lower() == "insert" and following == "into":
            yield from _insertion(words, place + 2)
        elif word.lower() == "alter" and following == "table":
            yield from _defaults(words, place + 2)


def _insertion(words: Words, place: int) -> Iterator[Constant]:
    table, place = named(words, place)
    if words[place : place + 1] != ("(",):
        return
    end = words.index(")", place) if ")" in words[place:] else len(words)
    columns = [unquoted(word) for word in words[place + 1 : end] if word != ","]
    rest = words[end + 1 :]
    for row in _rows(rest):
        for column, value in zip(columns, row, strict=False):
            yield from (Constant(table, column, found, inserted=True) for found in _values(value))


def _rows(words: Words) -> Iterator[list[Words]]:
    """The values of VALUES, row by row, or the list of a SELECT."""
    lower = [word.lower() for word in words]
    if lower[:1] == ["select"]:
        end = next((place for place, word in enumerate(lower) if word in _ENDS_SELECT), len(words))
        yield list(clauses(words[1:end], 0))
    elif lower[:1] == ["values"]:
        depth, start = 0, 0
        for place, word in enumerate(words):
            if word == "(" and depth == 0:
                start = place + 1
            depth += {"(": 1, ")": -1}.get(word, 0)
            if word == ")" and depth == 0:
                yield list(clauses(words[start:place], 0))


def _defaults(words: Words, place: int) -> Iterator[Constant]:
    """`ADD COLUMN a integer DEFAULT 1`: the rows that are there have it from then on."""
    while words[place : place + 1] and words[place].lower() in ("if", "exists", "only"):
        place += 1
    table, place = named(words, place)
    for part in clauses(words, place):
        lower = [word.lower() for word in part]
        if lower[:1] != ["add"] or "default" not in lower:
            continue
        names = [word for word in part[1:6] if word.lower() not in ("column", "if", "not", "exists")]
        start = lower.index("default") + 1
        end = next((n for n, word in enumerate(lower) if n > start and word in _ENDS_DEFAULT), len(part))
        yield from (Constant(table, unquoted(names[0]), value) for value in _values(part[start:end]))


def _values(words: Words) -> list[str]:
    """The constants that an expression may give: itself, or of COALESCE and CASE; none of what is computed."""
    found: list[str] = []
    number = ""
    apart = (part for word in words for part in ((",", word) if word.lower() in ("when", "else") else (word,)))
    given = tuple(results(tuple(apart)))
    for word, after in zip_longest(given, given[1:], fillvalue=""):
        number = number + word if word.isdigit() or (word == "-" and not number) else ""
        if word.startswith("'"):
            found.append(word[1:-1].replace("''", "'"))
        elif number.strip("-") and not after.isdigit():
            found.append(number)
        elif is_name(word):
            if after == "(" and word.lower() != "coalesce":
                return []
        elif word not in ("(", ")", ",", ".", ":", "-") and not word.isdigit():
            return []
    return [] if "select" in map(str.lower, words) else found
