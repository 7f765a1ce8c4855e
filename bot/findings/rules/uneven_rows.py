"""Rows of a bulk_insert with different keys: SQLAlchemy takes those of the first row, and leaves out the others."""

import ast
from collections.abc import Iterator

from bot.findings.authored import nodes
from bot.findings.facts import Facts
from bot.model import Finding

CODE = "uneven-rows"
CODES = {CODE: "Values of inserted rows are left out, as the first row has none"}


def check(facts: Facts) -> Iterator[Finding]:
    for call in nodes(facts, ast.Call):
        left = sorted(_left_out(call.node, call.tree))
        if left:
            yield call.warning(
                CODE,
                f"The values of {', '.join(left)} are not inserted: the first row has none",
                detail="All rows of one insertion get the columns of the first.",
                advice="Give each row the same keys, with None where there is no value.",
            )


def _left_out(call: ast.Call, tree: ast.Module) -> set[str]:
    """Keys that a later row has and the first has not."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in ("bulk_insert", "execute"):
        return set()
    rows = _rows(call.args[1], tree) if len(call.args) > 1 else []
    keys = [{key.value for key in row.keys if isinstance(key, ast.Constant)} for row in rows]
    plain = all(isinstance(key, ast.Constant) for row in rows for key in row.keys)
    return {str(key) for row in keys[1:] for key in row - keys[0]} if plain and keys else set()


def _rows(node: ast.expr, tree: ast.Module) -> list[ast.Dict]:
    """The dictionaries of a list that stands here, or has a name."""
    if isinstance(node, ast.Name):
        named = (part.value for part in ast.walk(tree) if isinstance(part, ast.Assign) and _gives(part, node.id))
        node = next(named, node)
    listed = node.elts if isinstance(node, ast.List | ast.Tuple) else []
    return [row for row in listed if isinstance(row, ast.Dict)]


def _gives(assign: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in assign.targets)
