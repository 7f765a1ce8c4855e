"""What conditions compare columns with: `score < 50`, `day BETWEEN '2024-01-01' AND '2024-12-31'`. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.sqltext.words import Words, unquoted

_LITERAL = r"(?:(?:date|timestamp|timestamptz) )?('[^']*'|-? ?\d[\d .]*)"
_COLUMN = r'(?:[\w"]+ \. )?("[^"]+"|[a-z_]\w*)(?: : : \w+)?'
_BETWEEN = re.compile(rf"(?<![\w\".]){_COLUMN} between {_LITERAL}(?: : : \w+)? and {_LITERAL}", re.IGNORECASE)
_COMPARED = re.compile(rf"(?<![\w\".]){_COLUMN} (< =|> =|< >|! =|<|>|=) {_LITERAL}", re.IGNORECASE)


@dataclass(frozen=True)
class Comparison:
    """`literal` is the text of a quoted one, or a number."""

    column: str
    operator: str
    literal: str


def comparisons(condition: Words) -> Iterator[Comparison]:
    """Those with literals, the column before the sign; BETWEEN is two of them."""
    text = " ".join(condition)
    for column, low, high in _BETWEEN.findall(text):
        yield Comparison(unquoted(column), ">=", _plain(low))
        yield Comparison(unquoted(column), "<=", _plain(high))
    for column, operator, literal in _COMPARED.findall(text):
        yield Comparison(unquoted(column), operator.replace(" ", ""), _plain(literal))


def _plain(literal: str) -> str:
    return literal[1:-1] if literal.startswith("'") else literal.replace(" ", "")
