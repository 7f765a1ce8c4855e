"""Breaks a module in small ways, one at a time, and runs its tests: a break that no test notices is printed.

In: a module of the bot, and tests. Out: a line for each mutant that survives; exit code 1 if there are any.

    python scripts/mutate.py bot/migration/proof/verdict.py tests/unit/migration/proof/test_verdict.py
"""

import argparse
import ast
import copy
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec  # noqa: F401  so that no child has to
import psycopg2  # noqa: F401
import pytest

_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
_NAMES = {"any": "all", "all": "any", "min": "max", "max": "min"}


def mutants(tree: ast.Module) -> Iterator[tuple[int, str, ast.Module]]:
    """Line, description and tree of each mutant."""
    for position, node in enumerate(ast.walk(tree)):
        for what, change in _changes(node):
            other = copy.deepcopy(tree)
            change(list(ast.walk(other))[position])
            yield getattr(node, "lineno", 0), what, ast.fix_missing_locations(other)


def _changes(node: ast.AST) -> Iterator[tuple[str, "_Change"]]:
    if isinstance(node, ast.Compare):
        for i, operator in enumerate(node.ops):
            if type(operator) in _SWAPPED:
                yield f"{ast.unparse(node)}: {type(operator).__name__}", _Change("ops", _SWAPPED[type(operator)](), i)
    elif isinstance(node, ast.BoolOp):
        yield f"{ast.unparse(node)}: and/or", _Change("op", _SWAPPED[type(node.op)]())
        for i in range(len(node.values)):
            yield f"without {ast.unparse(node.values[i])}", _Change("values", None, i)
    elif isinstance(node, ast.BinOp) and type(node.op) in _SWAPPED:
        yield f"{ast.unparse(node)}: operator", _Change("op", _SWAPPED[type(node.op)]())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield f"{ast.unparse(node)}: not", _Change("op", ast.UAdd())
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _NAMES:
        yield f"{node.func.id} for its opposite", _Change("func", ast.Name(_NAMES[node.func.id], ast.Load()))
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} for its opposite", _Change("value", not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value and "\n" not in node.value:
        yield f"{node.value!r} for another word", _Change("value", node.value + "?")
    elif isinstance(node, ast.If):
        yield f"if {ast.unparse(node.test)}: never", _Change("test", ast.Constant(value=False))


class _Change:
    def __init__(self, attribute: str, value: object, index: int | None = None) -> None:
        self.attribute, self.value, self.index = attribute, value, index

    def __call__(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(node, self.attribute, self.value)
        elif self.value is None:
            del getattr(node, self.attribute)[self.index]
        else:
            getattr(node, self.attribute)[self.index] = self.value


def _passes(tests: list[str]) -> bool:
    """Whether these tests pass, in a process that begins with pytest and the libraries, and with nothing of the bot."""
    child = os.fork()
    if child == 0:
        for number in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
        sys.path.insert(0, str(Path.cwd()))
        os._exit(pytest.main(["-q", "-x", "-p", "no:cacheprovider", *tests]))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def main() -> int:
    """Try all mutants of one module; the file is as before afterwards."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("module", type=Path)
    arguments.add_argument("tests", nargs="+")
    options = arguments.parse_args()
    source = options.module.read_text("utf-8")
    tree, survived, number = ast.parse(source), 0, 0
    documented = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)]
    docstrings = {ast.get_docstring(node, clean=False) for node in documented}
    try:
        for line, what, mutant in mutants(tree):
            if any(text and what.startswith(repr(text)) for text in docstrings):
                continue
            number += 1
            options.module.write_text(ast.unparse(mutant), "utf-8")
            # Of a mutant of the same second and length, the next one would be taken for it, where files are compiled.
            os.utime(options.module, (number, number))
            if _passes(options.tests):
                survived += 1
                print(f"{options.module}:{line}: nobody notices {what}", flush=True)
    finally:
        options.module.write_text(source, "utf-8")
    print(f"{number} mutants, {survived} survive")
    return int(survived > 0)


if __name__ == "__main__":
    sys.exit(main())
