"""The windows of a statement's functions: `sum(amount) OVER (PARTITION BY account ORDER BY day)`. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.sqltext.words import Words, closing, is_name, unquoted, words_of

_NO_COLUMNS = {"asc", "desc", "nulls", "first", "last"}


@dataclass(frozen=True)
class Window:
    """`partition` and `order` are columns, less what they are qualified by; `frame` tells of ROWS or GROUPS.

    `goes_on` tells whether the frame has rows behind the own one.
    """

    function: str
    partition: frozenset[str]
    order: tuple[str, ...]
    frame: bool
    goes_on: bool


def windows(sql: str) -> Iterator[Window]:
    """Each window that stands in its OVER clause; named ones are left out."""
    words = words_of(sql)
    for place, word in enumerate(words[:-1]):
        if word.lower() == "over" and words[place + 1] == "(" and words[place - 1 : place] == (")",):
            inner = words[place + 2 : closing(words, place + 1)]
            lower = [one.lower() for one in inner]
            order = lower.index("order") if "order" in lower else len(inner)
            ends = [lower.index(one) for one in ("rows", "range", "groups") if one in lower]
            yield Window(
                _function(words, place - 1),
                frozenset(_columns(inner[2:order] if lower[:1] == ["partition"] else ())),
                tuple(_columns(inner[order + 2 : min(ends, default=len(inner))])),
                "rows" in lower or "groups" in lower,
                "following" in lower,
            )


def _function(words: Words, place: int) -> str:
    """What is called by the parentheses that end here."""
    depth = 0
    for there in range(place, 0, -1):
        depth += (words[there] == ")") - (words[there] == "(")
        if depth == 0:
            return words[there - 1].lower()
    return ""


def _columns(words: Words) -> Iterator[str]:
    """The names of a list, each without its table."""
    for word, after in zip(words, (*words, "")[1:], strict=True):
        if is_name(word) and after != "." and word.lower() not in _NO_COLUMNS:
            yield unquoted(word)
