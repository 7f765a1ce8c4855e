"""Values that the author's migration speaks of, so that its WHERE clauses meet rows. The text is data, never run.

In: the source of revision files, the functions of the old database, which they may call. Out: strings and numbers by
the column that they stand beside; words of the SQL.
"""

import ast
import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import chain

from bot.discovery import syntax
from bot.migration.proof import called_functions, json_paths, moment_fields, python_literals
from bot.sqltext.statements import tokens

LARGEST = 200_000  # characters of a file that is read
_LONGEST = 200  # characters of a value
_LONGEST_SEPARATOR = 3
_MOST = 12  # values of one column
_MOST_SENT = 40  # the same, of those that met no rows
_SQL = re.compile(r"\b(select|update|insert|delete|where|case|set|using|create|alter|begin)\b", re.IGNORECASE)
_COMPARED = re.compile(r"(\w+)\s*(=|<>|!=|<=?|>=?)\s*(-?\d{1,18}(?:\.\d+)?)\b")
_BETWEEN_NUMBERS = re.compile(r"(\w+)\s+between\s+(-?\d{1,18})\s+and\s+(-?\d{1,18})\b", re.IGNORECASE)
_IN_A_CALL = re.compile(
    r"\b(?:least|greatest|nullif|mod)\(\s*(?:(\w+)\s*,\s*(-?\d{1,18})|(-?\d{1,18})\s*,\s*(\w+))\s*\)", re.IGNORECASE
)
_ASKED = re.compile(r"\b(\w+)\s*(?:->>?|\?)\s*'((?:[^']|'')+)'")
_REMOVED = re.compile(r"\b(\w+)\s*-\s*'((?:[^']|'')+)'")
_PADDED = re.compile(r"\b[lr]pad\(\s*(?:\w+\.)?(\w+)\s*,\s*(\d{1,2})\b", re.IGNORECASE)
_SPELT = re.compile(r"\b(?:normalize|unaccent)\(\s*(?:\w+\.)?(\w+)", re.IGNORECASE)
_SELECT = re.compile(r"\bselect\b", re.IGNORECASE)
_BETWEEN = {"in", "any", "array", "like", "ilike", "not", "and", "is", "then", "when", "else", "between", "or"}


@dataclass
class Literals:
    """`by_column` has the values that stand beside a column's name, in any table; `words` all names in the SQL.

    `looks_up` tells that rows may be looked up by such a value.
    """

    by_column: dict[str, list[str]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    looks_up: bool = False
    most: int = _MOST

    def add(self, column: str, value: str) -> None:
        found = self.by_column.setdefault(column, [])
        if value not in found and len(found) < self.most and len(value) <= _LONGEST and "\0" not in value:
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


def read(sources: Iterable[str], functions: Iterable[str] = ()) -> Literals:
    """All values of some files, and of the SQL of functions; a file that is too large, or no Python, has none."""
    literals = Literals()
    statements: list[str] = []
    for source in sources:
        tree = syntax.parsed(source) if len(source) <= LARGEST else None
        if tree is None:
            continue
        literals.looks_up |= _SELECT.search(source) is not None
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                _from_text(node.value, literals)
                statements += [node.value] if _SQL.search(node.value) else []
        for column, value in python_literals.values(tree):
            literals.add(column, value)
    for definition in functions:
        if len(definition) <= LARGEST:
            _from_text(definition, literals, own=False)
            _from_calls(definition, statements, literals)
    for definition in statements:
        _from_calls(definition, statements, literals)
    return literals


def with_sent(literals: Literals, statements: Iterable[str], columns: Collection[str]) -> Literals | None:
    """The same with the values of SQL that was sent; None where it has no others of these columns."""
    there = {column: [*values] for column, values in literals.by_column.items()}
    found = Literals(there, literals.words, literals.looks_up, _MOST_SENT)
    for sql in statements:
        _from_text(sql, found)
    fresh = any(found.by_column.get(column) != literals.by_column.get(column) for column in columns)
    return found if fresh else None


def _from_calls(definition: str, statements: list[str], literals: Literals) -> None:
    """What a function asks of its parameters is asked of the columns that it is called with."""
    name, parameters = called_functions.head(definition)
    if not name:
        return
    inside = Literals()
    _from_text(definition, inside)
    values = [value for parameter in parameters for value in inside.by_column.get(parameter, [])]
    for sql in statements if values else ():
        for column in called_functions.arguments(sql, name):
            for value in values:
                literals.add(column, value)


def _from_text(text: str, literals: Literals, *, own: bool = True) -> None:
    """SQL, or a name. What is not the migration's `own` mentions nothing."""
    if not _SQL.search(text):
        if own:
            literals.words.add(text[:63])
        return
    column = ""
    for kind, word, _ in tokens(text):
        body = _body(kind, word)
        if body:
            _from_text(body, literals, own=own)
        elif kind == "quoted" and word.startswith('"'):
            column = word[1:-1].replace('""', '"')
        elif kind == "word" and word.lower() not in _BETWEEN:
            column = word.lower()
        elif column and kind == "quoted":
            literals.add(column, word[word.index("'") + 1 : -1].replace("''", "'"))
        if own and column:
            literals.words.add(column)
    _from_numbers(text, literals)
    _from_removals(text, literals)
    _from_functions(text, literals)
    for name, value in (*json_paths.documents(text), *moment_fields.in_sql(text)):
        literals.add(name, value)


def _from_numbers(text: str, literals: Literals) -> None:
    for name, operator, number in _COMPARED.findall(text):
        for value in _around(operator, number):
            literals.add(name.lower(), value)
    for name, *ends in _BETWEEN_NUMBERS.findall(text):
        for number in ends:
            literals.add(name.lower(), number)
    for first, after, before, second in _IN_A_CALL.findall(text):
        for value in _around("<", after or before):
            literals.add((first or second).lower(), value)


def _from_removals(text: str, literals: Literals) -> None:
    """A key that is taken out of JSON is in a document that is else like another one, and beside those asked for."""
    for name, key in _REMOVED.findall(text):
        asked = dict.fromkeys((other.replace("''", "'") for column, other in _ASKED.findall(text) if column == name), 1)
        for beside in filter(None, ({"k": 1}, asked)):
            literals.add(name.lower(), json.dumps({**beside, key.replace("''", "'"): 1}))


def _from_functions(text: str, literals: Literals) -> None:
    """Two texts that a function makes one: `lpad` cuts what is longer, `normalize` and `unaccent` spell alike.

    They are others than those that any text column has: what looks them up elsewhere shall not find them there.
    """
    for name, length in _PADDED.findall(text):
        for last in "12":
            literals.add(name.lower(), "1" * int(length) + last)
    for name in _SPELT.findall(text):
        for spelling in ("na\u00efve", "nai\u0308ve"):
            literals.add(name.lower(), spelling)


def _around(operator: str, number: str) -> list[str]:
    """A number, and its neighbours where an edge is meant."""
    if not {"<", ">"} & set(operator) or operator == "<>" or "." in number:
        return [number]
    return [number, str(int(number) + 1), str(int(number) - 1)]


def _body(kind: str, word: str) -> str:
    """The text between dollars, as that of a function or of DO; it is SQL as a rule."""
    if kind != "dollar":
        return ""
    length = word.index("$", 1) + 1
    return word[length:-length]
