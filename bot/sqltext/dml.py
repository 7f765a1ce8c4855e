"""What an author's statements say of rows: which columns they set to what, which tables they delete from or fill.

Pure. In: SQL. Out: names and the words of expressions. This distinguishes a declared change from an accident;
what is not understood is not declared.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise, takewhile

from bot.sqltext import bodies
from bot.sqltext.row_effects import Assignment, Deletion, Effect, Insertion, Renaming, TableName, is_bound
from bot.sqltext.words import Words, is_name, unquoted, words_of

_JOINS = ("join", "left", "right", "inner", "full", "cross", "natural", "outer", "on", "using", "lateral")
_ENDS_SET = ("where", "from", "returning", ";")

_EACH_ONCE = ("distinct", "conflict", "exists", "except", "group")  # in an INSERT ... SELECT
WRITES = ("insert", "update", "delete", "merge")


def writes_rows(sql: str) -> bool:
    """Whether a statement is there to change rows."""
    words = words_of(sql)
    first = words[0].lower() if words else ""
    return first in WRITES or (first == "with" and _has(words, *WRITES)) or (first == "copy" and _copies_in(words))


def has_parameters(sql: str) -> bool:
    """Whether values that are not in the text are sent with a statement."""
    return is_bound(words_of(sql))


def limit(sql: str) -> str:
    """How many rows a statement changes or reads at most, where it says so and means several; empty otherwise."""
    words = words_of(sql)
    lower = [word.lower() for word in words]
    for place, word in enumerate(lower if writes_rows(sql) or lower[:1] in (["select"], ["with"]) else ()):
        start = place + 1 + (word == "fetch" and lower[place + 1 : place + 2] in (["first"], ["next"]))
        if word not in ("limit", "fetch") or start >= len(words):
            continue
        number = "".join(takewhile(str.isdigit, words[start:]))  # a digit is a word of its own
        if number not in ("", "0", "1"):
            return number
        if word == "limit" and not number and lower[start] not in ("all", "null"):
            return "a number of"
    return ""


def effects(statements: Iterable[str]) -> list[Effect]:
    """What statements do to rows, in order; so do the DO blocks among them, and routines that they make and call."""
    running = bodies.running(statements)
    return [effect for sql, words in running for single in _singles(words) for effect in _effects(sql, single)]


def _singles(words: Words) -> Iterator[Words]:
    """Several statements that are sent as one text, or stand in one body: none says anything of another's rows."""
    start = 0
    for place, word in enumerate((*words, ";")):
        if word == ";":
            yield words[start:place]
            start = place + 1


def _effects(sql: str, words: Words) -> Iterator[Effect]:
    lower = [word.lower() for word in words]
    for place, word in enumerate(lower):
        before = lower[place - 1] if place else ""
        if word == "update" and before not in ("for", "do", "on", "key", "then"):
            yield from _update(sql, words, place + 1)
        elif word == "delete" and lower[place + 1 : place + 2] == ["from"] and before != "on":
            yield Deletion(named(words, _past(words, place + 2, "only"))[0], sql)
        elif word == "insert" and lower[place + 1 : place + 2] == ["into"]:
            rest = tuple(lower[place:])
            yield Insertion(named(words, place + 2)[0], _has(rest, "select", "table"), sql, _has(rest, *_EACH_ONCE))
        elif word == "copy" and not place and _copies_in(words):
            yield Insertion(named(words, 1)[0], False, sql)
        elif word == "merge" and lower[place + 1 : place + 2] == ["into"]:
            yield from _merge(sql, words, place + 2)
        elif word == "alter" and lower[place + 1 : place + 2] == ["table"]:
            yield from _alter(sql, words, place + 2)


def _has(words: Words, *wanted: str) -> bool:
    return any(word.lower() in wanted for word in words)


def _copies_in(words: Words) -> bool:
    """`COPY t (a, b) FROM STDIN`, and not `COPY (SELECT a FROM t) TO STDOUT`"""
    return words[1:2] != ("(",) and _has(words[2:], "from")


def _past(words: Words, place: int, *optional: str) -> int:
    while place < len(words) and words[place].lower() in optional:
        place += 1
    return place


def named(words: Words, place: int) -> tuple[TableName, int]:
    """A name with or without its schema, and the place behind it."""
    parts = [unquoted(words[place])] if place < len(words) else [""]
    place += 1
    while words[place : place + 1] == (".",) and place + 1 < len(words):
        parts.append(unquoted(words[place + 1]))
        place += 2
    return TableName(parts[-2] if len(parts) > 1 else "", parts[-1]), place


def inserted(words: Words) -> Iterator[tuple[TableName, list[str], int]]:
    """The table of each INSERT, the columns that are named behind it, and the place behind these."""
    lower = [word.lower() for word in words]
    for place in range(len(words) - 3):
        if lower[place : place + 2] == ["insert", "into"]:
            table, end = named(words, place + 2)
            end += 2 * (lower[end : end + 1] == ["as"])
            yield table, *listed(words, end)


def listed(words: Words, place: int) -> tuple[list[str], int]:
    """`(a, b)` that begins here, and the place behind it; nothing where it has more than names."""
    if words[place : place + 1] != ("(",) or ")" not in words[place:]:
        return [], place
    end = words.index(")", place)
    inner = [word for word in words[place + 1 : end] if word != ","]
    return ([unquoted(word) for word in inner] if all(map(is_name, inner)) else []), end + 1


def given(select: Words) -> tuple[list[Words], Words]:
    """The expressions of a SELECT, and what follows them."""
    start = 2 if select[1:2] != () and select[1].lower() in ("distinct", "all") else 1
    parts = list(clauses(select, start))
    first = next((n for n, part in enumerate(parts) if part[:1] != () and part[0].lower() == "from"), len(parts))
    return parts[:first], tuple(word for part in parts[first:] for word in part)


def _update(sql: str, words: Words, place: int) -> Iterator[Assignment]:
    table, place = named(words, _past(words, place, "only"))
    while place < len(words) and words[place].lower() != "set":
        place += 1
    parts = list(clauses(words, place + 1))
    where, source = (_clause(parts, word) for word in ("where", "from"))
    several = source[:1] != ("(",) or (not where and _has(source, "group"))
    unjoined = bool(source) and several and not _links(where, source)
    yield from _assigned(sql, table, parts, where, unjoined=unjoined)


def _assigned(
    sql: str, table: TableName, parts: Iterable[Words], where: Words, *, unjoined: bool = False
) -> Iterator[Assignment]:
    for part in parts:
        if "=" not in part or part[0].lower() in _ENDS_SET:
            continue
        middle = part.index("=")
        names = [name for name in part[:middle] if name not in ("(", ")", ",")]
        for name, value in zip(names, _values(part[middle + 1 :], len(names)), strict=True):
            yield Assignment(table, unquoted(name), value, where, sql, is_unjoined=unjoined)


def _merge(sql: str, words: Words, place: int) -> Iterator[Effect]:
    """What each of its actions does to the rows that are merged into."""
    table, place = named(words, _past(words, place, "only"))
    for action in _actions(words[place:]):
        kind = action[0].lower() if action else ""
        if kind == "update":
            yield from _assigned(sql, table, clauses(action, 2), ("matched",))
        elif kind == "delete":
            yield Deletion(table, sql)
        elif kind == "insert":
            yield Insertion(table, True, sql)


def _actions(words: Words) -> Iterator[Words]:
    """What follows each THEN of a MERGE, to the next WHEN; a CASE has both, too."""
    cases, start = 0, None
    for place, word in enumerate((*words, "when")):
        lower = word.lower()
        cases += {"case": 1, "end": -1}.get(lower, 0)
        if cases == 0 and lower == "when":
            if start is not None:
                yield words[start:place]
            start = None
        elif cases == 0 and lower == "then":
            start = place + 1


def _clause(parts: list[Words], word: str) -> Words:
    return next((part[1:] for part in parts if part[:1] and part[0].lower() == word), ())


def _links(where: Words, source: Words) -> bool:
    """Whether a condition may say which row of the other tables goes with which; names alone stand for either."""
    following = (*source[1:], "")
    # A table that is called otherwise is not known by its own name: that may be the one which is updated.
    aliased = (
        is_name(after) and after.lower() not in _JOINS and before.lower() not in (*_JOINS, "as")
        for before, after in zip(source, following, strict=True)
    )
    theirs = {unquoted(word) for word, called in zip(source, aliased, strict=True) if not called}
    for before, word, after in zip(("", *where), where, (*where[1:], ""), strict=False):
        if is_name(word) and before != "." and after != "(" and (after != "." or unquoted(word) not in theirs):
            return True
    return False


def _values(words: Words, count: int) -> list[Words]:
    """The value of each column of `(a, b) = (x, y)`; empty ones where a query gives all of them."""
    if count == 1:
        return [words]
    row = words[1:] if words[:1] and words[0].lower() == "row" else words
    parts = list(clauses(row[1:-1], 0)) if row[:1] == ("(",) and row[-1:] == (")",) else []
    return parts if len(parts) == count else [()] * count


def clauses(words: Words, place: int) -> Iterator[Words]:
    """`a = 1`, `b = 2`, `WHERE …` of `a = 1, b = 2 WHERE …`; FROM and its like are parts of their own."""
    part: list[str] = []
    depth, is_setting = 0, True
    for before, word in pairwise(("", *words[place:])):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(word, 0)
        if depth < 0:
            break
        ends = depth == 0 and word.lower() in _ENDS_SET and before.lower() != "distinct"  # a IS DISTINCT FROM b
        if ends or (depth == 0 and is_setting and word == ","):
            yield tuple(part)
            part = [word] if ends else []
            is_setting = is_setting and not ends
        else:
            part.append(word)
    yield tuple(part)


def _alter(sql: str, words: Words, place: int) -> Iterator[Assignment | Renaming]:
    table, place = named(words, _past(words, place, "if", "exists", "only"))
    lower = [word.lower() for word in words]
    if lower[place : place + 1] == ["rename"]:
        rest = [word for word in words[place + 1 :] if word.lower() != "column"]
        if len(rest) == 2 and rest[0].lower() == "to":
            yield Renaming(table, "", unquoted(rest[1]))
        elif len(rest) == 3 and rest[1].lower() == "to":
            yield Renaming(table, unquoted(rest[0]), unquoted(rest[2]))
        return
    for part in clauses(words, place):
        start = _past(part, 0, "alter", "column") if part[:1] and part[0].lower() == "alter" else None
        using = next((i for i, word in enumerate(part) if word.lower() == "using"), None)
        if start is not None and using is not None and start < using:
            yield Assignment(table, unquoted(part[start]), part[using + 1 :], (), sql, is_conversion=True)
