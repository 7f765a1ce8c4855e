"""Where in the checkout the class of each mapped table is written."""

import ast
import os
import sys
from pathlib import Path
from typing import Any, Dict, Iterator

Place = Dict[str, Any]


def places(checkout: str) -> Dict[int, Place]:
    """`path` and `line` by the identity of the table; tables without a class in the checkout are left out."""
    found: Dict[int, Place] = {}
    lines: Dict[str, Dict[str, int]] = {}
    root = os.path.realpath(checkout) + os.sep
    for mapper in mappers():
        path = getattr(sys.modules.get(mapper.class_.__module__), "__file__", None)
        real = os.path.realpath(path) if path else ""
        if not real.startswith(root):
            continue
        if real not in lines:
            lines[real] = _classes(real)
        line = lines[real].get(mapper.class_.__qualname__)
        if line is not None:
            found.setdefault(id(mapper.local_table), {"path": real[len(root) :], "line": line})
    return found


def mappers() -> Iterator[Any]:
    """All mapped classes of the project."""
    try:
        from sqlalchemy.orm import mapperlib  # noqa: PLC0415

        registries = list(mapperlib._all_registries())
    except (ImportError, AttributeError):
        return  # a nicety that this SQLAlchemy does not offer
    for registry in registries:
        yield from registry.mappers


def _classes(path: str) -> Dict[str, int]:
    try:
        tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return {}
    found: Dict[str, int] = {}

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                found[prefix + child.name] = child.lineno
                visit(child, prefix + child.name + ".")

    visit(tree, "")
    return found
