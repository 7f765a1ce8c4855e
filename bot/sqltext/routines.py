"""The code of a function as `pg_get_functiondef` gives it: its words, the tables it names, the names of its own.

Pure. In: SQL. Out: names. What the server has parsed (`BEGIN ATOMIC`) follows every renaming and is no code here.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.sqltext.dml import named
from bot.sqltext.row_effects import TableName
from bot.sqltext.words import Words, is_name, unquoted, words_of

_STATEMENT = re.compile(
    r"\s*(?:select|insert\s+into|update|delete\s+from|with|merge\s+into|alter|truncate)\s", re.IGNORECASE
)
_BEFORE_A_TABLE = ("from", "join", "into", "update", "using", "table", "only", "truncate")
_BEFORE_A_NAME = {
    *("select", "distinct", "all", "where", "and", "or", "not", "on", "by", "set", "returning", "when", "then", "else"),
    *("case", "having", "in", "between", "like", "ilike", "is", "if", "elsif", "while", "using", "from", "values"),
    *("limit", "offset", "return", "only", "similar", "any", "some", "perform", "exists", "begin", "join", "lateral"),
    *("update", "into", "table", "truncate", "call", "execute", "for", "loop", "constraint", "to", "of", "column"),
}
_BETWEEN_CLAUSES = {
    *("set", "on", "where", "join", "left", "right", "inner", "full", "cross", "natural", "using", "group", "order"),
    *("limit", "select", "values", "returning", "from", "union", "having", "lateral", "default", "loop", "for", "do"),
    *("except", "intersect", "window", "offset", "fetch", "tablesample", "when", "as"),
}
_NO_COLUMN_AFTER = {"raise", "return", "extract", "declare"}


@dataclass(frozen=True)
class Routine:
    """`head` is what stands before the body, `parts` are the words of the body and of each statement quoted in it."""

    head: Words
    parts: tuple[Words, ...]

    @property
    def words(self) -> Iterator[str]:
        yield from self.head
        for part in self.parts:
            yield from part

    def tables(self) -> dict[str, TableName]:
        """What is read or written, by what it is called; variables of the type of a table's row, too."""
        found = {called: table for part in self.parts for called, table in tables_of(part)}
        return {**dict(self._typed()), **found}

    def own_names(self) -> set[str]:
        """Parameters, variables, aliases and the like: what they are called is no column."""
        return {*self.types(), *(name for part in self.parts for name in _made(part))}

    def types(self) -> dict[str, str]:
        """The parameters and variables, with the last word of their type."""
        found = {}
        for part in (self.head, *self.parts):
            for name, place in _declared(part, is_head=part is self.head):
                found[name] = named(part, place)[0].name
        return found

    def _typed(self) -> Iterator[tuple[str, TableName]]:
        for part in (self.head, *self.parts):
            for name, place in _declared(part, is_head=part is self.head):
                yield name, named(part, place)[0]


def read(definition: str) -> Routine | None:
    """None for a function that is not made of text in SQL, or of statements within another language."""
    words = words_of(definition)
    body = next((word for word in reversed(words) if word.startswith("$") and word.count("$") > 1), "")
    if not body:
        return None
    head = words[: len(words) - words[::-1].index(body) - 1]
    lower = [word.lower() for word in head]
    language = lower[lower.index("language") + 1] if "language" in lower[:-1] else ""
    length = body.index("$", 1) + 1
    inside = words_of(body[length:-length])
    quoted = tuple(_quoted(inside))
    return Routine(head, (inside, *quoted) if language in ("sql", "plpgsql") else quoted)


def text_of(word: str) -> str | None:
    """What a literal says; None for any other word."""
    start = 1 if word[:1] in "eE" and word[1:2] == "'" else 0
    return word[start + 1 : -1].replace("''", "'") if word[start : start + 1] == "'" and len(word) > 1 else None


def uses(words: Words, name: str) -> Iterator[str]:
    """What stands before the dot of a column wherever one of that name may be meant; `""` for the bare name."""
    padded = ("", "", *words, "", "")
    for place, word in enumerate(words, start=2):
        if text_of(word) is not None or unquoted(word) != name:
            continue
        before, after, next_after = padded[place - 1].lower(), padded[place + 1], padded[place + 2]
        if before == ".":
            if after not in ("(", "."):
                yield unquoted(padded[place - 2])
        elif not (
            after in ("(", ".")
            or after[:1] == "'"
            or (after, next_after) in (("=", ">"), (":", "="))
            or before in (":", "%", "$", "as")
            or before in _NO_COLUMN_AFTER
            or padded[place - 2].lower() in _NO_COLUMN_AFTER
        ):
            yield ""


def calls(words: Words) -> Iterator[TableName]:
    """The functions that are called."""
    for place, (word, after) in enumerate(pairwise(words)):
        if after == "(" and is_name(word) and words[max(place - 1, 0)].lower() not in ("into", "table"):
            has_schema = place > 1 and words[place - 1] == "."
            yield TableName(unquoted(words[place - 2]) if has_schema else "", unquoted(word))


def casts(words: Words) -> Iterator[TableName]:
    """The types that values are cast to."""
    for place in range(len(words) - 2):
        if words[place : place + 2] == (":", ":"):
            yield named(words, place + 2)[0]


def _quoted(words: Iterable[str]) -> Iterator[Words]:
    """Statements that are texts: of EXECUTE, or of another language."""
    for word in words:
        text = word[1:-1] if word.startswith('"') else text_of(word)
        if text and _STATEMENT.match(text.strip('"')):
            yield words_of(text.strip('"'))


def tables_of(words: Words) -> Iterator[tuple[str, TableName]]:
    """The tables of a statement by their names and their aliases."""
    depth, listed = 0, -1  # the depth of the list of tables that is read
    for place, word in enumerate(words):
        lower, before = word.lower(), words[place - 1].lower() if place else ""
        depth += {"(": 1, ")": -1}.get(word, 0)
        if lower in ("from", "using"):
            listed = depth
        elif depth < listed or word == ";" or (depth == listed and lower in _BETWEEN_CLAUSES - {"join", "as"}):
            listed = -1
        opens = lower in _BEFORE_A_TABLE and (before, lower) != ("distinct", "from")
        start = place + 1
        while words[start : start + 1] and words[start].lower() in ("only", "if", "not", "exists", "lateral"):
            start += 1
        if not (opens or (word == "," and depth == listed)) or start >= len(words) or not is_name(words[start]):
            continue
        table, end = named(words, start)
        if words[start].lower() in _BETWEEN_CLAUSES or (words[end : end + 1] == ("(",) and lower != "into"):
            continue
        yield table.name, table
        end += words[end : end + 1] != () and words[end].lower() == "as"
        if end < len(words) and is_name(words[end]) and words[end].lower() not in _BETWEEN_CLAUSES:
            yield unquoted(words[end]), table


def _declared(words: Words, *, is_head: bool) -> Iterator[tuple[str, int]]:
    """Each parameter, column of RETURNS TABLE or variable, and the place of its type."""
    depth, inside = 0, is_head
    for place, word in enumerate(words[:-2]):
        lower = word.lower()
        depth += {"(": 1, ")": -1}.get(word, 0)
        if not is_head and lower in ("declare", "begin"):
            inside = lower == "declare"
        opens = depth == 1 and word in ("(", ",") if is_head else word == ";" or lower == "declare"
        if not inside or not opens:
            continue
        start = place + 1 + (words[place + 1].lower() in ("in", "out", "inout", "variadic"))
        constant = words[start + 1 : start + 2] != () and words[start + 1].lower() == "constant"
        if start + 1 < len(words) and is_name(words[start]) and is_name(words[start + 1]):
            yield unquoted(words[start]), start + 1 + constant


def _made(words: Words) -> Iterator[str]:
    """Aliases, WITH queries, tables that the code makes, and what a loop runs over."""
    padded = ("", *words, "", "")
    for place, word in enumerate(words, start=1):
        if not is_name(word):
            continue
        before = padded[place - 1].lower()
        after, next_after = padded[place + 1].lower(), padded[place + 2]
        is_alias = before in ("as", ")", "]") or before[:1] in ("'", '"') or (before and before[0].isdigit())
        is_alias = is_alias or (before != "" and is_name(before) and before not in _BEFORE_A_NAME)
        is_query = (after, next_after) == ("as", "(")
        is_loop = before in ("for", "foreach") and after in ("in", "slice")
        is_table = before in ("table", "exists") and "create" in map(str.lower, padded[max(place - 7, 0) : place])
        if (is_alias and word.lower() not in _BEFORE_A_NAME) or is_query or is_loop or is_table:
            yield unquoted(word)
