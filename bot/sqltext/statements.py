"""Cuts an SQL script into statements, as `psql` does: some of them cannot run together with others.

Pure. In: text. Out: statements without their semicolons; what is only comment is left out.
"""

import re
from collections.abc import Iterator

TOKEN = re.compile(
    r"""
      (?P<comment> --[^\n]* )
    | (?P<block>   /\* )
    | (?P<quoted>  [eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*" )
    | (?P<dollar>  \$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$ )
    | (?P<word>    [^\W\d][\w$]* )
    | (?P<space>   \s+ )
    | (?P<other>   . )
    """,
    re.DOTALL | re.VERBOSE,
)
BLOCK_EDGE = re.compile(r"/\*|\*/")


def split(script: str) -> list[str]:
    """The statements of `script`, in order.

    A semicolon ends a statement unless it is quoted, in a comment, in parentheses (`CREATE RULE`) or in the
    body of an SQL-standard function (`BEGIN ATOMIC … END`).
    """
    statements, start, empty = [], 0, True
    inside = _Nesting()
    for kind, text, position in tokens(script):
        if kind in ("comment", "space"):
            continue
        if text == ";" and inside.is_top:
            if not empty:
                statements.append(script[start:position].strip())
            start, empty, inside = position + 1, True, _Nesting()
            continue
        empty = False
        inside.see(text)
    if not empty:
        statements.append(script[start:].strip())
    return statements


def tokens(script: str) -> Iterator[tuple[str, str, int]]:
    """What a script is made of: kind (a group of `TOKEN`), text, position."""
    position = 0
    while match := TOKEN.match(script, position):
        kind, end = match.lastgroup or "", match.end()
        if kind == "block":
            kind, end = "comment", _end_of_block(script, end)
        yield kind, script[position:end], position
        position = end


def _end_of_block(script: str, position: int) -> int:
    """Comments nest in SQL."""
    depth = 1
    while depth:
        edge = BLOCK_EDGE.search(script, position)
        if edge is None:
            return len(script)
        depth += 1 if edge.group() == "/*" else -1
        position = edge.end()
    return position


class _Nesting:
    def __init__(self) -> None:
        self._parentheses = 0
        self._blocks = 0
        self._before = ""

    @property
    def is_top(self) -> bool:
        return self._parentheses <= 0 and self._blocks == 0

    def see(self, text: str) -> None:
        word = text.lower()
        self._parentheses += {"(": 1, ")": -1}.get(word, 0)
        if (self._before, word) == ("begin", "atomic") or (self._blocks and word == "case"):
            self._blocks += 1
        elif self._blocks and word == "end":
            self._blocks -= 1
        self._before = word
