"""A migration's place in the history and the tables that it names, parsed from its source: no code runs.

In: the text of a file, which anybody may have written. Out: `Written`, or None for what is no migration.
"""

import ast
from dataclasses import dataclass
from typing import Any

from bot.discovery import syntax

_MOST = 200  # characters of a revision id or a table's name
# Operations whose table is not their first argument.
_SECOND = {
    *(
        "create_index",
        "create_foreign_key",
        "create_primary_key",
        "create_unique_constraint",
        "create_check_constraint",
    ),
    *("drop_constraint", "create_exclude_constraint"),
}


@dataclass(frozen=True)
class Written:
    """`parents` are the revisions that it follows; `tables` those that its operations name by a plain string."""

    revision: str
    parents: frozenset[str]
    tables: frozenset[str]


def read(source: str) -> Written | None:
    """What the file says of itself."""
    tree = syntax.parsed(source, syntax.LONG)
    if tree is None:
        return None
    try:
        said = {name: node.value for node in tree.body for name in _targets(node)}  # type: ignore[attr-defined]
        revision = _constant(said.get("revision"))
        if not isinstance(revision, str) or "down_revision" not in said:
            return None
        parents = _constant(said["down_revision"])
        names = (parents,) if isinstance(parents, str) else parents if isinstance(parents, tuple | list) else ()
        found = frozenset(name for name in names if isinstance(name, str))
        return Written(revision[:_MOST], found, frozenset(_tables(tree)))
    except (ValueError, TypeError, RecursionError, MemoryError):
        return None


def _targets(node: ast.stmt) -> list[str]:
    """The names that an assignment with a value gives it."""
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return (
        [node.target.id] if isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name) else []
    )


def _constant(node: Any) -> Any:
    return ast.literal_eval(node) if node is not None else None


def _tables(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_op(node.func.value):
            place = int(node.func.attr in _SECOND)
            named = node.args[place] if len(node.args) > place else None
            if isinstance(named, ast.Constant) and isinstance(named.value, str) and node.func.attr != "execute":
                found.add(named.value[:_MOST])
    return found


def _is_op(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "op"
