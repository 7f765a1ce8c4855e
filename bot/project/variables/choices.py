"""Values that the code looks up in a table: `configs[os.environ["APP_ENV"]]`.

In: sources, and the line on which a look-up failed. Out: a key of the table, one for tests or development if there is
any.
"""

import ast
from collections.abc import Iterable, Iterator

from bot.discovery import syntax

_USUAL = ("test", "testing", "tests", "ci", "local", "dev", "development", "debug", "default")


def key_at(source: str, line: int, sources: Iterable[str]) -> str:
    """A key of the table that is used on a line; empty where no such table is written down."""
    parsed = syntax.parsed(source)
    nodes = (node for node in ast.walk(parsed) if isinstance(node, ast.Subscript)) if parsed else ()
    used = {_last(node.value) for node in nodes if node.lineno <= line <= (node.end_lineno or node.lineno)}
    trees = [tree for tree in map(syntax.parsed, sources) if tree is not None]
    keys = [key for tree in trees for node in ast.walk(tree) for key in _keys_of(node, used)]
    return next((key for key in _USUAL if key in keys), keys[0] if keys else "")


def _keys_of(node: ast.AST, names: set[str]) -> Iterator[str]:
    """The keys of a table that is bound to one of the names."""
    if isinstance(node, ast.Assign):
        targets, value = node.targets, node.value
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        targets, value = [node.target], node.value
    else:
        return
    if not any(_last(target) in names for target in targets):
        return
    if isinstance(value, ast.Dict):
        yield from (key.value for key in value.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
    elif isinstance(value, ast.Call) and _last(value.func) == "dict":
        yield from (word.arg for word in value.keywords if word.arg)


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
