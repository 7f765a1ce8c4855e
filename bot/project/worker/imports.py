"""The imports of a migration file: it must import what it uses, whatever its template says.

In: the file's source. Out: the source with the imports that it lacked.
"""

import ast
import sys
from pathlib import Path
from typing import Dict, List, Optional, Set

_KNOWN = {
    "sa": "import sqlalchemy as sa",
    "op": "from alembic import op",
    "postgresql": "from sqlalchemy.dialects import postgresql",
}


def complete(source: str) -> str:
    """Add an import for each name that comes from nowhere; a source that does not parse stays as it is."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    lines = [line for line in _lacking(tree) if line]
    if not lines:
        return source
    rows = source.splitlines(keepends=True)
    place = _place(tree)
    return "".join([*rows[:place], *(line + "\n" for line in lines), *rows[place:]])


def complete_file(path: str) -> str:
    """Complete a file in place, in its own line endings, and return its source."""
    # Bytes: pathlib of older Python cannot keep line endings.
    before = Path(path).read_bytes()
    source = before.decode("utf-8")
    after = complete(source)
    if after != source:
        Path(path).write_bytes(after.encode("utf-8"))
    return after


def _lacking(tree: ast.Module) -> List[str]:
    bound = _bound(tree)
    modules = _imported_modules(tree)
    found: List[str] = []
    for path in _dotted(tree):
        root = path.partition(".")[0]
        if root in bound and root not in modules:
            continue  # an alias, a variable, a function
        line = _statement(path) if root not in bound else _submodule(path, modules)
        if line and line not in found:
            found.append(line)
    return sorted(found, key=lambda line: (line.startswith("from"), line))


def _statement(path: str) -> Optional[str]:
    root = path.partition(".")[0]
    if root in _KNOWN:
        return _KNOWN[root]
    module = _module(path)
    return "import {}".format(module) if module else None


def _submodule(path: str, modules: Set[str]) -> Optional[str]:
    """`import app` does not bring `app.types`."""
    module = _module(path)
    if module is None or "." not in module or module in modules:
        return None
    return "import {}".format(module)


def _module(path: str) -> Optional[str]:
    """The longest beginning of a dotted path that is a module."""
    parts = path.split(".")[:-1]
    while parts:
        if ".".join(parts) in sys.modules:
            return ".".join(parts)
        parts.pop()
    return None


def _dotted(tree: ast.Module) -> List[str]:
    """All dotted paths that begin with a plain name: `app.types.Money` in `app.types.Money()`."""
    inner: Set[int] = set()
    found: Dict[str, None] = {}
    for node in ast.walk(tree):
        parts: List[str] = []
        current: ast.AST = node
        while isinstance(current, ast.Attribute) and id(current) not in inner:
            inner.add(id(current))
            parts.append(current.attr)
            current = current.value
        if parts and isinstance(current, ast.Name):
            found[".".join([current.id, *reversed(parts)])] = None
    return list(found)


def _bound(tree: ast.Module) -> Set[str]:
    names: Set[str] = set(dir(__builtins__) if not isinstance(__builtins__, dict) else __builtins__)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update(alias.asname or alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
    return names


def _imported_modules(tree: ast.Module) -> Set[str]:
    """Modules that are imported under their own names."""
    return {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.asname is None
    }


def _place(tree: ast.Module) -> int:
    """The line after the last import at the top, else after the docstring."""
    place = 0
    for position, node in enumerate(tree.body):
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if isinstance(node, (ast.Import, ast.ImportFrom)) or (position == 0 and is_text):
            place = getattr(node, "end_lineno", None) or node.lineno
    return place
