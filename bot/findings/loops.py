"""Which lines of a migration are sent again and again, until nothing is left to be done.

In: the source of a migration file, which is read and never run. Out: whether a line may stand in such a loop.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.discovery import syntax

_COMPREHENSIONS = (ast.GeneratorExp, ast.ListComp, ast.SetComp)
_LITERALS = (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Constant)


@dataclass(frozen=True)
class Loops:
    """First and last lines of the loops and of upgrade and downgrade; `known` tells whether the file is Python.

    `portions` are the lines that fetch some rows of a result, with the call.
    """

    known: bool
    loops: tuple[tuple[int, int], ...] = ()
    main: tuple[tuple[int, int], ...] = ()
    portions: tuple[tuple[int, str], ...] = ()

    def once(self) -> list[tuple[int, str]]:
        """What fetches some rows, and never those behind them."""
        return [(line, call) for line, call in self.portions if not self.may_repeat(line)]

    def begins_after(self, line: int | None) -> bool:
        """Whether a line stands in a loop, or before one."""
        return line is not None and any(line <= last for _, last in self.loops)

    def may_repeat(self, line: int | None) -> bool:
        """Whether a line may run several times; any loop may call a function other than upgrade and downgrade."""
        if not self.known or line is None:
            return True
        within = any(first <= line <= last for first, last in self.loops)
        return within or (bool(self.loops) and not any(first <= line <= last for first, last in self.main))


@lru_cache(64)
def read(source: str) -> Loops:
    """The loops of a file, but for those over values that stand in it: each round of them is for another value."""
    tree = syntax.parsed(source)
    if tree is None:
        return Loops(known=False)
    listed = {name for node in ast.walk(tree) for name in _names_of_literals(node)}
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While) and not _is_over(node, listed)]
    sending = [node for node in ast.walk(tree) if isinstance(node, _COMPREHENSIONS) and _sends(node)]
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    main = [node for node in functions if node.name in ("upgrade", "downgrade")]
    portions = [part for node in ast.walk(tree) for part in _fetches_some(node)]
    return Loops(True, tuple(map(_span, [*loops, *sending])), tuple(map(_span, main)), tuple(portions))


def _sends(node: ast.GeneratorExp | ast.ListComp | ast.SetComp) -> bool:
    """`[bind.execute(…) for row in rows]`, and the same as a generator, which may never be run."""
    calls = (part.func for part in ast.walk(node.elt) if isinstance(part, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr.startswith("exec") for call in calls)


def _fetches_some(node: ast.AST) -> Iterator[tuple[int, str]]:
    """`result.fetchmany(100)`"""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "fetchmany":
        yield node.lineno, syntax.unparsed(node)


def _names_of_literals(node: ast.AST) -> Iterator[str]:
    """`NAMES = ("a", "b")`"""
    if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, _LITERALS):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def _is_over(loop: ast.For | ast.While, listed: set[str]) -> bool:
    """Whether it goes through a literal, or through `NAMES.items()` of one."""
    over = loop.iter if isinstance(loop, ast.For) else None
    if isinstance(over, ast.Call) and isinstance(over.func, ast.Attribute):
        over = over.func.value
    return isinstance(over, _LITERALS) or (isinstance(over, ast.Name) and over.id in listed)


def _span(node: ast.stmt | ast.expr) -> tuple[int, int]:
    return node.lineno, node.end_lineno or node.lineno
