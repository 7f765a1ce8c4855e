"""Values that the author's migration speaks of, so that its WHERE clauses meet rows. The text is data, never run.

In: the source of revision files. Out: strings and numbers by the column that they stand beside; words of the SQL.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from bot.sqltext.statements import tokens

LARGEST = 200_000  # characters of a file that is read
_LONGEST = 200  # characters of a value
_LONGEST_SEPARATOR = 3
_MOST = 6  # values of one column
_SQL = re.compile(r"\b(select|update|insert|delete|where|case|set|using)\b", re.IGNORECASE)
_SELECT = re.compile(r"\bselect\b", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")
_BETWEEN = {"in", "any", "array", "like", "ilike", "not", "and", "is", "then", "when", "else", "between", "or"}


@dataclass
class Literals:
    """`by_column` has the values that stand beside a column's name, in any table; `words` all names in the SQL.

    `looks_up` tells that rows may be looked up by such a value.
    """

    by_column: dict[str, list[str]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    looks_up: bool = False

    def add(self, column: str, value: str) -> None:
        found = self.by_column.setdefault(column, [])
        if value not in found and len(found) < _MOST and len(value) <= _LONGEST and "\0" not in value:
            found.append(value)

    def values(self) -> dict[str, list[str]]:
        """What rows are to have: the values themselves, and texts that are made of those which may be separators."""
        return {
            column: list(dict.fromkeys([*found, *chain.from_iterable(map(_cut_by, found))]))
            for column, found in self.by_column.items()
        }


def _cut_by(value: str) -> list[str]:
    """Texts of several parts, of which one pair begins and another ends alike, for what may be a separator."""
    if not value or len(value) > _LONGEST_SEPARATOR or any(letter.isalnum() for letter in value):
        return []
    return [value.join(parts) for parts in (("a", "b"), ("a", "c"), ("c", "b"), ("a", "b", "c"))]


def read(sources: Iterable[str]) -> Literals:
    """All values of some files; a file that is too large, or no Python, has none."""
    literals = Literals()
    for source in sources:
        if len(source) > LARGEST:
            continue
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        literals.looks_up |= _SELECT.search(source) is not None
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                _from_text(node.value, literals)
            elif isinstance(node, ast.Compare):
                _from_comparison(node, literals)
    return literals


def _from_text(text: str, literals: Literals) -> None:
    """SQL, or a name."""
    if not _SQL.search(text):
        literals.words.add(text[:63])
        return
    column = ""
    for kind, word, _ in tokens(text):
        if kind == "quoted" and word.startswith('"'):
            column = word[1:-1].replace('""', '"')
            literals.words.add(column)
        elif kind == "word" and word.lower() not in _BETWEEN:
            column = word.lower()
            literals.words.add(column)
        elif column and kind == "quoted":
            literals.add(column, word[word.index("'") + 1 : -1].replace("''", "'"))
    for match in re.finditer(r"(\w+)\s*(?:=|<>|!=|<=?|>=?)\s*(-?\d+(?:\.\d+)?)\b", text):
        literals.add(match[1].lower(), match[2])


def _from_comparison(node: ast.Compare, literals: Literals) -> None:
    """`table.c.status == "old"`, `table.c.status.in_([...])` aside."""
    column = node.left.attr if isinstance(node.left, ast.Attribute) else ""
    for value in _constants(node.comparators) if column else ():
        literals.add(column, value)


def _constants(nodes: Iterable[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float):
            yield str(node.value)
