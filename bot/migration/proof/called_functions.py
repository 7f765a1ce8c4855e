"""Which columns of a statement a function is called with: what the function asks of its parameters, rows are to have.

Pure. In: definitions of functions, SQL. Out: names of parameters, the names in the arguments of calls.
"""

import re
from collections.abc import Iterator
from itertools import takewhile

from bot.sqltext.words import is_name, unquoted, words_of

_HEAD = re.compile(r"\bfunction\s+((?:\w+\.)?\w+)\s*\(", re.IGNORECASE)


def head(definition: str) -> tuple[str, set[str]]:
    """The name of a function, without its schema, and the names in the list of its parameters."""
    found = _HEAD.search(definition)
    if found is None:
        return "", set()
    return found[1].rpartition(".")[2].lower(), set(_within(words_of(definition[found.end() :])))


def arguments(sql: str, name: str) -> Iterator[str]:
    """All names within the parentheses of calls."""
    words = words_of(sql)
    for place, word in enumerate(words[:-1]):
        if unquoted(word) == name and words[place + 1] == "(":
            yield from _within(words[place + 2 :])


def _within(words: tuple[str, ...]) -> Iterator[str]:
    """The names up to the closing parenthesis."""
    depth = 1

    def is_inside(word: str) -> bool:
        nonlocal depth
        depth += {"(": 1, ")": -1}.get(word, 0)
        return depth > 0

    yield from (unquoted(word) for word in takewhile(is_inside, words) if is_name(word))
