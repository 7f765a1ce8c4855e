"""What was decided by commands so far, found again in the pull request's comments: there is no other store.

Comes in: orders of people who may give them, oldest first. Goes out: the decisions that hold.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.request.commands import Order
from bot.sqltext import names

_DECISIONS = ("message", "rename", "fill", "using", "clean")


@dataclass(frozen=True)
class Decided:
    message: str = ""
    renames: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()
    usings: tuple[str, ...] = ()
    cleans: tuple[str, ...] = ()


def replay(orders: Iterable[Order]) -> Decided:
    """A later answer on the same subject replaces the earlier one; `undo` takes back the last that holds."""
    held: list[Order] = []
    history: list[list[Order]] = []
    for order in orders:
        if order.kind == "undo" and history:
            held = history.pop()
        elif order.kind in _DECISIONS:
            history.append(held)
            held = [*(other for other in held if _subject(other) != _subject(order)), order]
    return Decided(
        message=next((order.value for order in reversed(held) if order.kind == "message"), ""),
        renames=tuple(order.value for order in held if order.kind == "rename"),
        fills=tuple(order.value for order in held if order.kind == "fill"),
        usings=tuple(order.value for order in held if order.kind == "using"),
        cleans=tuple(order.value for order in held if order.kind == "clean"),
    )


def _subject(order: Order) -> tuple[str, str]:
    return order.kind, "" if order.kind == "message" else (names.answer(order.value) or (order.value, ""))[0]
