"""Tables that a Python file declares, read from its text alone: nothing is imported."""

import ast
from collections.abc import Iterator

from bot.discovery import syntax


def declared_tables(source: str) -> dict[str, int]:
    """The names of tables with the lines of their declarations; empty for what is not Python.

    Declarative classes with `__tablename__`, SQLModel classes with `table=True` (named after the class) and
    calls of `Table` with a literal name.
    """
    tree, found = syntax.parsed(source, syntax.LONG), dict[str, int]()
    if tree is None:
        return found
    for node in ast.walk(tree):
        for name in _names(node):
            found.setdefault(name, getattr(node, "lineno", 1))
    return found


def metadata_at(source: str, line: int) -> str:
    """The expression for the `MetaData` of the table that is declared there, as the file itself would write it."""
    tree = syntax.parsed(source, syntax.LONG)
    for node in ast.walk(tree) if tree else ():
        if getattr(node, "lineno", 0) != line:
            continue
        if isinstance(node, ast.ClassDef) and node.bases:
            base = node.bases[-1]
            # `db.Model` of Flask-SQLAlchemy stands for its `db`.
            owner = base.value if isinstance(base, ast.Attribute) and base.attr == "Model" else base
            return f"{syntax.unparsed(owner)}.metadata"
        if isinstance(node, ast.Call) and len(node.args) > 1 and isinstance(node.args[1], ast.Name | ast.Attribute):
            return syntax.unparsed(node.args[1])
    return ""


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ClassDef):
        name = _literal(_assigned(node, "__tablename__"))
        if not _is_mapped(node):
            return
        if isinstance(name, str):
            yield name
        elif any(keyword.arg == "table" and _literal(keyword.value) is True for keyword in node.keywords):
            yield node.name.lower()
    elif isinstance(node, ast.Call) and len(node.args) > 1:
        function = node.func
        called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        first = _literal(node.args[0])
        if called == "Table" and isinstance(first, str):
            yield first


def _is_mapped(node: ast.ClassDef) -> bool:
    """Whether it can have a table: what is abstract, or has no base and no decorator, is for others to inherit from."""
    inherits = any(syntax.unparsed(base) != "object" for base in node.bases)
    return (inherits or bool(node.decorator_list)) and _literal(_assigned(node, "__abstract__")) is not True


def _assigned(node: ast.ClassDef, name: str) -> ast.expr | None:
    """What a name is set to in the body of a class."""
    for statement in node.body:
        targets: list[ast.expr] = []
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
    return None


def _literal(node: ast.expr | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None
