"""How many rows an author's migration takes at a time: one batch is not all there is, and the last is easily missed.

In: the source of revision files, which is data and never run. Out: the largest number.
"""

import ast
import re
from collections.abc import Iterable, Iterator

from bot.discovery import syntax

LARGEST = 10_000  # rows of one batch that are tried; a loop may send a statement for each
_LIMIT = re.compile(r"\b(?:limit|fetch\s+(?:first|next))\s+(\d{1,9})\b", re.IGNORECASE)
_TAKES = ("fetchmany", "limit", "partitions", "yield_per", "islice", "batched", "chunked")
_ENDS = ("clear", "commit", "flush")
_NAMED = re.compile(r"batch|chunk|portion|page|limit|step|window", re.IGNORECASE)


def largest_batch(sources: Iterable[str]) -> int:
    """0 where no file takes several rows at a time, or only more than are tried."""
    found = [size for source in sources for size in _sizes(source)]
    return max((size for size in found if 1 < size <= LARGEST), default=0)


def _sizes(source: str) -> Iterator[int]:
    tree = syntax.parsed(source)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from map(int, _LIMIT.findall(node.value))
        elif isinstance(node, ast.Call):
            yield from _of_call(node)
        elif isinstance(node, ast.If) and any(map(_ends_a_portion, node.body)):
            yield from _numbers(ast.walk(node.test))
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name | ast.Call):
            yield from _numbers([getattr(node.slice, "upper", None)])  # an attribute is a text that is cut, as a rule
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            names = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(name, ast.Name) and _NAMED.search(name.id) for name in names):
                yield from _numbers([node.value])


def _ends_a_portion(part: ast.stmt) -> bool:
    """`if number == 100: break`, `if len(batch) >= 100: send(batch); batch = []`, `if number % 100 == 0: commit()`"""
    if isinstance(part, ast.Assign):
        return isinstance(part.value, ast.List | ast.Dict) and not syntax.unparsed(part.value).strip("[]{}")
    called = part.value.func if isinstance(part, ast.Expr) and isinstance(part.value, ast.Call) else None
    return isinstance(part, ast.Break | ast.Return) or (isinstance(called, ast.Attribute) and called.attr in _ENDS)


def _of_call(node: ast.Call) -> Iterator[int]:
    """`result.fetchmany(100)`, `query.limit(100)`, `range(0, most, 100)`, `move(batch_size=100)`"""
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if called in _TAKES:
        yield from _numbers(node.args)
    elif called == "range" and len(node.args) == 3:
        yield from _numbers(node.args[2:])
    yield from _numbers(word.value for word in node.keywords if word.arg and _NAMED.search(word.arg))


def _numbers(nodes: Iterable[ast.AST | None]) -> Iterator[int]:
    for node in nodes:
        if isinstance(node, ast.Constant) and type(node.value) is int:
            yield node.value
