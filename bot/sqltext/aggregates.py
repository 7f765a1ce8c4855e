"""The SELECTs of a statement, each with what it joins and what it sums up. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.sqltext.words import Words, unquoted, words_of

_AGGREGATES = {"sum", "avg", "count", "string_agg", "array_agg", "json_agg", "jsonb_agg"}


@dataclass
class Select:
    """`joins` and `outer_joins` are counted; `summed` are the tables, by what they are called here, that are summed."""

    joins: int = 0
    outer_joins: int = 0
    groups: bool = False
    counts_rows: bool = False
    summed: set[str] = field(default_factory=set)


def selects(sql: str) -> Iterator[Select]:
    """Each SELECT for itself: what stands in parentheses and is one belongs to no other."""
    words = words_of(sql)
    lower = [word.lower() for word in words]
    found = Select()
    open_ones = [found]
    everything = [found]
    for place, word in enumerate(lower):
        if word == "(":
            inner = Select() if lower[place + 1 : place + 2] == ["select"] else open_ones[-1]
            everything += [inner] if inner is not open_ones[-1] else []
            open_ones.append(inner)
        elif word == ")" and len(open_ones) > 1:
            open_ones.pop()
        else:
            _note(open_ones[-1], words, lower, place)
    yield from everything


def _note(select: Select, words: Words, lower: list[str], place: int) -> None:
    word, following = lower[place], lower[place + 1 : place + 5]
    if word == "join":
        select.joins += 1
        select.outer_joins += bool({"left", "right", "full"} & {*lower[max(place - 2, 0) : place]})
    elif word == "group":
        select.groups = True
    elif word == "count" and following[:3] == ["(", "*", ")"]:
        select.counts_rows = True
    elif word in _AGGREGATES and following[:1] == ["("] and following[2:3] == ["."]:
        select.summed.add(unquoted(words[place + 2]))
