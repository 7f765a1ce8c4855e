"""What a statement does to rows, as data: columns that it sets, tables that it fills or deletes from, new names.

An assignment knows what its value is made of: one value for all rows, what was there before, another column, or what
a program computed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.sqltext.words import Words, is_name, unquoted

_LENGTH = r"(?:\(\d+(?:,\d+)?\))?"
# Without blanks: `kind::text::mood`, `CAST(kind AS varchar(3))`.
_CAST = re.compile(rf'[\w".]+(?:::[\w".]+{_LENGTH})*|cast\([\w".]+{_LENGTH}\)', re.IGNORECASE)


@dataclass(frozen=True)
class TableName:
    """`schema` is empty where the statement leaves it out."""

    schema: str
    name: str

    def means(self, schema: str, name: str) -> bool:
        return self.name == name and self.schema in ("", schema)


@dataclass(frozen=True)
class Assignment:
    """A column that gets `value` (of an UPDATE, or the USING of another type) in rows that `where` picks."""

    table: TableName
    column: str
    value: Words
    where: Words
    sql: str
    is_conversion: bool = False  # the USING of another type
    is_unjoined: bool = False  # read from the rows of another table, of which no condition picks any

    @property
    def is_derived(self) -> bool:
        """Whether the new value may be made of the old one: it is named, or a program computed the value."""
        return self.reads_itself or is_bound(self.value)

    @property
    def reads_itself(self) -> bool:
        """Whether the new value is an expression over the old one."""
        return self.reads(self.column)

    def reads(self, column: str) -> bool:
        """Whether the new value is an expression over a column."""
        return _reads(self.value, column)

    @property
    def is_constant(self) -> bool:
        """Whether it is one and the same value for all rows: no name stands in it, and no program computed it."""
        following = (*self.value[1:], "")
        names = (word for word, after in zip(self.value, following, strict=True) if after != "(" and is_name(word))
        return bool(self.value) and not is_bound(self.value) and not any(names)

    @property
    def follows_others(self) -> bool:
        """Whether the condition names other columns and not this one: then even a constant is made of their values."""
        return any(map(is_name, self.where)) and not self.is_mapping

    @property
    def is_computed(self) -> bool:
        """Whether a program gives the value."""
        return is_bound(self.value)

    @property
    def is_cast(self) -> bool:
        """Whether a new type takes the values as they are: `USING kind::text::mood`."""
        of_column = self.is_conversion and any(map(is_name, self.value[:1]))
        return of_column and _CAST.fullmatch("".join(self.value)) is not None

    def copies(self, column: str) -> bool:
        """Whether the value is that column's as it is, perhaps if another one is NULL."""
        given = tuple(results(self.value))
        plain = all(word in ("(", ")", ",", ".") or word[:1] == "'" or is_name(word) for word in given)
        called = {word.lower() for word, after in pairwise(given) if after == "("}
        return plain and called <= {"coalesce"} and _reads(given, column)

    @property
    def is_mapping(self) -> bool:
        """Whether particular values are replaced: the condition names the column."""
        return _reads(self.where, self.column)


@dataclass(frozen=True)
class Insertion:
    """`copies` tells whether the rows come from other rows, `each_once` whether the statement sees to twins."""

    table: TableName
    copies: bool
    sql: str
    each_once: bool = False


@dataclass(frozen=True)
class Deletion:
    table: TableName
    sql: str


@dataclass(frozen=True)
class Renaming:
    """A table (`column` is empty) or a column that gets another name."""

    table: TableName
    column: str
    new_name: str


Effect = Assignment | Insertion | Deletion | Renaming


def results(value: Words) -> Iterator[str]:
    """The words of an expression that its value is made of: those of a CASE less its conditions."""
    asked = False
    for word in value:
        asked = word.lower() in ("case", "when") or (asked and word.lower() not in ("then", "else"))
        if not asked and word.lower() not in ("then", "else", "end"):
            yield word


def _reads(words: Words, column: str) -> bool:
    """Whether a column is named; a parameter `%(name)s` may have the name of one, and so may the table of another."""
    before, after = ("", "", *words), (*words[1:], "")
    names = (
        word for place, word in enumerate(words) if before[place : place + 2] != ("%", "(") and after[place] != "."
    )
    return any(unquoted(word) == column for word in names if not word.startswith("'"))


def is_bound(words: Words) -> bool:
    """Whether a value comes from outside: `%(x)s`, `%s`, `$1`."""
    pairs = zip(words, (*words[1:], ""), strict=False)
    return any((one == "%" and other[:1] in ("(", "s")) or (one == "$" and other.isdigit()) for one, other in pairs)
