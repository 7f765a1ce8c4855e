"""Phrases that several rules share."""

from bot.model import Difference
from bot.sqltext.names import dotted


def named(difference: Difference) -> str:
    """A difference in a few words: "column shop.orders.total"."""
    kind = difference.kind.replace("_", " ")
    return f"{kind} {dotted(difference.schema, difference.parent, difference.name)}"


def listed(items: list[str], most: int = 8) -> str:
    """Items separated by commas, at most so many, with the number of the others."""
    shown = ", ".join(items[:most])
    return shown if len(items) <= most else f"{shown} and {len(items) - most} more"


def counted(number: int, word: str) -> str:
    """`1 row`, `2 rows`."""
    return f"{number} {word}{'s' * (number != 1)}"
