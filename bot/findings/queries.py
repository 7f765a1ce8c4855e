"""The SELECTs that a migration's Python sends, as far as they are written in it. The source is read and never run."""

import ast
import re

SELECT = re.compile(r"\bselect\b.+?\bfrom\b", re.IGNORECASE | re.DOTALL)


def query_of(rows: ast.expr, tree: ast.Module) -> str:
    """The SELECT whose rows an expression has: written there, or where its name is set; empty where there is none."""
    given = [rows]
    if isinstance(rows, ast.Name):
        assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
        given = [node.value for node in assigned if any(getattr(to, "id", "") == rows.id for to in node.targets)]
    texts = [
        node.value
        for value in given[-1:]
        for node in ast.walk(value)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SELECT.search(node.value)
    ]
    return texts[0] if texts else ""
