"""The sub-selects of a statement: what each reads, what it chooses, which columns it compares. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from bot.sqltext.joins import tables_of
from bot.sqltext.row_effects import TableName
from bot.sqltext.words import Words, is_name, unquoted, words_of

_SOURCES = ("from", "join", "lateral", "only")


@dataclass(frozen=True)
class Name:
    """A column; `of` is what its table is called here, or empty where the name stands alone."""

    of: str
    column: str


@dataclass(frozen=True)
class Subselect:
    """`words` are its own, less those of sub-selects in it; `others` are the tables of the statement around it.

    `before` is the word before its parenthesis.
    """

    before: str
    words: Words
    tables: Mapping[str, TableName]
    others: tuple[TableName, ...]

    @property
    def chosen(self) -> Name | None:
        """The only column that it gives, where that is one as it is."""
        start = 1 + (self.words[1:2] != () and self.words[1].lower() in ("distinct", "all"))
        name, end = _name(self.words, start)
        return name if name and self.words[end : end + 1] != () and self.words[end].lower() == "from" else None

    def compared(self) -> Iterator[tuple[Name, Name]]:
        """Columns that are wanted to be equal."""
        for place, word in enumerate(self.words):
            if word == "=" and self.words[place - 1 : place] not in (("<",), (">",), ("!",)):
                dotted = self.words[place - 2 : place - 1] == (".",)
                left, _ = _name(self.words, place - 3 if dotted else place - 1)
                right, _ = _name(self.words, place + 1)
                if left and right:
                    yield left, right

    def names(self) -> Iterator[Name]:
        """All that may be columns."""
        for place, word in enumerate(self.words):
            name, _ = _name(self.words, place)
            if name and is_name(word) and self.words[max(place - 1, 0)] != ".":
                yield name


def subselects(sql: str) -> Iterator[Subselect]:
    """Those that read tables alone: what others read is not known by its name."""
    words = words_of(sql)
    spans = [span for span in _spans(words) if words[span[0] : span[0] + 1][0].lower() == "select"]
    for start, end in spans:
        inner = [span for span in spans if start < span[0] and span[1] < end]
        own = tuple(word for place, word in enumerate(words[start:end], start) if not _within(place, inner))
        if any(before.lower() in _SOURCES and after == "(" for before, after in pairwise(own)):
            continue
        others = dict(tables_of(words[: start - 1] + words[end:])).values()
        yield Subselect(words[start - 2].lower() if start > 1 else "", own, dict(tables_of(own)), tuple(others))


def _spans(words: Words) -> Iterator[tuple[int, int]]:
    """What stands within each pair of parentheses."""
    opened: list[int] = []
    for place, word in enumerate(words):
        if word == "(":
            opened.append(place + 1)
        elif word == ")" and opened and place > opened[-1]:
            yield opened.pop(), place
        elif word == ")" and opened:
            opened.pop()


def _within(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


def _name(words: Words, place: int) -> tuple[Name | None, int]:
    """The name that begins here, and the place behind it; none where it is called, or is no column's."""
    if not 0 <= place < len(words) or not is_name(words[place]):
        return None, place
    of, column, end = "", words[place], place + 1
    if words[end : end + 1] == (".",) and end + 1 < len(words):
        of, column, end = words[place], words[end + 1], end + 2
    is_column = is_name(column) and words[end : end + 1] not in (("(",), (".",))
    return (Name(unquoted(of) if of else "", unquoted(column)) if is_column else None), end
