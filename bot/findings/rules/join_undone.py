"""A LEFT JOIN that a condition undoes: `WHERE p.state = 'paid'` leaves out the rows that have no `p`."""

import re
from collections.abc import Iterator

from bot.findings.authored import statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.sqltext.dml import named, writes_rows
from bot.sqltext.words import Words, closing, is_name, unquoted, words_of

CODE = "join-undone"
CODES = {CODE: "A condition undoes a LEFT JOIN"}
_ENDS = ("group", "order", "limit", "having", "union", "returning", "on", ";")
_NO_ALIAS = ("on", "using", "left", "join", "where", "cross", "inner")


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts):
        for alias in _undone(words_of(found.sql)) if writes_rows(found.sql) else ():
            yield found.warning(
                CODE,
                f"The condition on {alias} leaves out the rows for which LEFT JOIN finds none",
                detail=f"{found.quoted}: what is not there has no value that a condition is true of.",
                advice="Put the condition behind ON, or join without LEFT.",
            )
            break


def _undone(words: Words) -> Iterator[str]:
    """What tables are called whose columns a condition of the same SELECT wants to have a value."""
    lower = [word.lower() for word in words]
    for place, word in enumerate(lower):
        if (
            word != "join"
            or not {"left"} & {*lower[max(place - 2, 0) : place]}
            or lower[place + 1 : place + 2] == ["("]
        ):
            continue
        table, end = named(words, place + 1)
        end += lower[end : end + 1] == ["as"]
        following = words[end] if end < len(words) else ""
        alias = unquoted(following) if is_name(following) and following.lower() not in _NO_ALIAS else table.name
        where = " ".join(_where(words, lower, end)).lower()
        name = rf'"?{re.escape(alias.lower())}"? \. '
        asked = re.search(rf"(?<![\w\"]){name}[\w\"]+ (?:=|<|>|in\b|i?like\b|between\b)", where)
        if asked and " or " not in where and not re.search(rf"{name}[\w\"]+ is (?:null|not distinct|distinct)", where):
            yield alias


def _where(words: Words, lower: list[str], place: int) -> Words:
    """The condition of the SELECT in which a join stands, less what stands in parentheses in it."""
    found: list[str] = []
    inside = False
    while place < len(words) and words[place] != ")":
        if inside and lower[place] in _ENDS:
            break
        inside = inside or lower[place] == "where"
        if words[place] == "(":
            place = closing(words, place)
        elif inside:
            found.append(words[place])
        place += 1
    return tuple(found)
