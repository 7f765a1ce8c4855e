"""A migration file, changed in small ways. In: its text. Out: mutants: what was done to which function, and a text."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.mutants.sql import changed

_SQL = re.compile(r"\b(SELECT|UPDATE|DELETE|INSERT|ALTER|CREATE|DROP|CASE|CAST)\b|::|\(", re.IGNORECASE)
_FLAGS = ("nullable", "unique", "existing_nullable")
_DROPPED = ("ondelete", "server_default", "postgresql_using", "postgresql_where", "nullable", "deferrable", "initially")


@dataclass(frozen=True)
class Mutant:
    """`kind` is the operator's name, `what` says where and how."""

    kind: str
    what: str
    source: str


def mutants(source: str, models: list[str]) -> list[Mutant]:
    """All mutants of a file, each text once; in place of a column stands another one of the file or of the models."""
    found: dict[str, Mutant] = {}
    names = sorted({name for text in [source, *models] for name in _names(ast.parse(text))})
    for mutant in _all(source, names):
        if mutant.source != ast.unparse(ast.parse(source)):
            found.setdefault(mutant.source, mutant)
    return list(found.values())


def _all(source: str, names: list[str]) -> Iterator[Mutant]:
    tree = ast.parse(source)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    for function in functions:
        yield from _statements(tree, function)
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                yield from _call(tree, function, node, names)


def _names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "Column" and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def _mutant(tree: ast.Module, function: ast.FunctionDef, kind: str, what: str) -> Mutant:
    return Mutant(kind, f"{function.name}: {what}", ast.unparse(tree))


def _statements(tree: ast.Module, function: ast.FunctionDef) -> Iterator[Mutant]:
    body = function.body
    for statement in body:
        function.body = [other for other in body if other is not statement] or [ast.Pass()]
        yield _mutant(tree, function, "statement dropped", _short(statement))
    for number in range(len(body) - 1):
        function.body = [*body[:number], body[number + 1], body[number], *body[number + 2 :]]
        yield _mutant(tree, function, "statements swapped", f"{_short(body[number + 1])} first")
    if len(body) > 1:
        function.body = [ast.Pass()]
        yield _mutant(tree, function, "function emptied", "nothing done")
    function.body = body


def _short(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:100]


def _call(tree: ast.Module, function: ast.FunctionDef, call: ast.Call, names: list[str]) -> Iterator[Mutant]:
    for keyword in list(call.keywords):
        if keyword.arg in _DROPPED:
            kept, call.keywords = call.keywords, [other for other in call.keywords if other is not keyword]
            yield _mutant(tree, function, f"{keyword.arg} dropped", _short(call))
            call.keywords = kept
        if isinstance(keyword.value, ast.Constant):
            if keyword.arg in _FLAGS:
                what = f"{keyword.arg} flipped"
                yield from _replaced(keyword.value, not keyword.value.value)(tree, function, what, call)
            if keyword.arg == "server_default" and isinstance(keyword.value.value, str):
                yield from _replaced(keyword.value, f"{keyword.value.value}1")(tree, function, "another default", call)
    name = getattr(call.func, "attr", "")
    for argument in ast.walk(call) if name != "execute" else []:
        if isinstance(argument, ast.Constant) and argument.value in names:
            for other in names:
                if other != argument.value:
                    yield from _replaced(argument, other)(tree, function, "another column", call)
    yield from _texts(tree, function, call, names)


def _texts(tree: ast.Module, function: ast.FunctionDef, call: ast.Call, names: list[str]) -> Iterator[Mutant]:
    lengths = getattr(call.func, "attr", "") in ("String", "VARCHAR", "Numeric", "NUMERIC")
    for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
        if not isinstance(argument, ast.Constant):
            continue
        if type(argument.value) is int and lengths:
            for number in (argument.value - 1, argument.value + 1):
                yield from _replaced(argument, number)(tree, function, "another length", call)
        if isinstance(argument.value, str) and _SQL.search(argument.value):
            for what, new in changed(argument.value, names):
                yield from _replaced(argument, new, what)(tree, function, "SQL changed", call)


def _replaced(
    node: ast.Constant, value: str | bool | int, what: str = ""
) -> Callable[[ast.Module, ast.FunctionDef, str, ast.Call], Iterator[Mutant]]:
    def make(tree: ast.Module, function: ast.FunctionDef, kind: str, call: ast.Call) -> Iterator[Mutant]:
        old, node.value = node.value, value
        yield _mutant(tree, function, kind, f"{what} in {_short(call)}" if what else _short(call))
        node.value = old

    return make
