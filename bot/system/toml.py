"""TOML that somebody else wrote: with names of more parts than the parser is through with in a moment, it is none.

In: a text. Out: its tables. Python's parser takes the square of a dotted name's parts; a name stands in one line.
"""

import tomllib
from typing import Any

_MOST = 100_000_000  # a few seconds, for a line of 10,000 dots


def loads(text: str) -> dict[str, Any]:
    """Raises `ValueError` for what is no TOML, `RecursionError` for what is nested too deeply."""
    if sum(line.count(".") ** 2 for line in text.splitlines()) > _MOST:
        raise ValueError("names of too many parts")
    return tomllib.loads(text)
