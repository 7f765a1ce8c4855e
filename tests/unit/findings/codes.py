"""The codes of findings that the bot can give, as its code has them."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args, get_type_hints

import bot
from bot import model


def all_codes() -> set[str]:
    """What stands as `code=` where a `Finding` is made, and first where a statement's `warning` is."""
    root = Path(bot.__file__).parent
    return {code for path in root.rglob("*.py") for code in _of(ast.parse(path.read_text()), path)}


def _of(tree: ast.Module, path: Path) -> Iterator[str]:
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
            (code,) = (word.value for word in node.keywords if word.arg == "code")
            yield from _written(code, constants, path)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "warning":
            yield from _written(node.args[0], constants, path)


def _written(code: ast.expr, constants: Mapping[str, object], path: Path) -> Iterator[str]:
    if isinstance(code, ast.Constant):
        yield str(code.value)
    elif isinstance(code, ast.Name) and code.id == "code":
        return  # what `warning` was given
    elif isinstance(code, ast.Name):
        yield str(constants.get(code.id) or getattr(model, code.id))
    elif isinstance(code, ast.JoinedStr) and isinstance(code.values[1], ast.FormattedValue):
        # `downgrade-{…}`: made of what a migration's downgrade may be, besides complete.
        start = ast.literal_eval(code.values[0])
        kinds = get_args(get_type_hints(model.Migration)["downgrade"])
        yield from (f"{start}{kind}" for kind in kinds if kind != "complete")
    else:
        raise TypeError(f"{path}: the code of a finding is a literal or a constant, for tests to find it")
