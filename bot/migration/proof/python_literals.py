"""Values that the Python of a migration compares columns with, or looks up by them. The source is data, never run.

In: a parsed file. Out: values by the column, as whoever reads the code would say: `row.kind == "old"`,
`kind in ("old", "new")`, `t.c.kind.in_(["old"])`, `NUMBERS[row["kind"]]`, `case "old":`, `row.kind or "old"`,
`row.day.weekday()`.
"""

import ast
from collections.abc import Iterable, Iterator

from bot.migration.proof import moment_fields

Found = Iterator[tuple[str, str]]

_LOOKS_UP = ("get", "pop", "setdefault")
_COMPARES = ("in_", "notin_", "not_in", "startswith", "endswith", "like", "ilike", "contains")


def values(tree: ast.AST) -> Found:
    """Each column with each value."""
    maps = {name: listed for node in ast.walk(tree) for name, listed in _named(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            yield from _paired(_columns(sides), sides)
        elif isinstance(node, ast.BoolOp):
            yield from _paired(_columns(node.values), node.values)
        elif isinstance(node, ast.IfExp):
            yield from _paired(_columns([node.body, node.orelse]), [node.body, node.orelse])
        elif isinstance(node, ast.Subscript):
            yield from _paired(_columns([node.slice]), _keys(node.value, maps))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _of_call(node, node.func, maps)
        elif isinstance(node, ast.Match):
            patterns = [found for case in node.cases for found in ast.walk(case.pattern)]
            yield from _paired(_columns([node.subject]), [p.value for p in patterns if isinstance(p, ast.MatchValue)])


def _of_call(node: ast.Call, called: ast.Attribute, maps: dict[str, ast.Dict]) -> Found:
    if called.attr in _COMPARES:
        yield from _paired(_columns([called.value]), node.args)
    elif called.attr in _LOOKS_UP:
        yield from _paired(_columns(node.args[:1]), _keys(called.value, maps))
    else:
        moments = moment_fields.of_call(called.attr)
        yield from ((column, moment) for column in _columns([called.value]) for moment in moments)


def _named(node: ast.AST) -> Iterator[tuple[str, ast.Dict]]:
    """`NUMBERS = {"one": 1}`"""
    if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name):
                yield target.id, node.value


def _keys(node: ast.expr, maps: dict[str, ast.Dict]) -> list[ast.expr]:
    found = maps.get(node.id) if isinstance(node, ast.Name) else node
    return [key for key in found.keys if key is not None] if isinstance(found, ast.Dict) else []


def _columns(nodes: Iterable[ast.expr]) -> list[str]:
    """`row.kind`, `table.c.kind`, `row["kind"]`, or a variable that is called as one."""
    found = []
    for node in nodes:
        if isinstance(node, ast.Attribute):
            found.append(node.attr)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            found.append(str(node.slice.value))
        elif isinstance(node, ast.Name):
            found.append(node.id)
    return found


def _paired(columns: list[str], nodes: Iterable[ast.expr]) -> Found:
    for node in nodes if columns else ():
        items = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
        for item in items:
            negative = isinstance(item, ast.UnaryOp) and isinstance(item.op, ast.USub)
            value = item.operand if isinstance(item, ast.UnaryOp) and negative else item
            if isinstance(value, ast.Constant) and isinstance(value.value, str | int | float):
                yield from ((column, f"-{value.value}" if negative else str(value.value)) for column in columns)
