"""Python of a pull request, as a tree: what is no Python, too long, or nested beyond what the parser follows, is none.

In: the text of a file. Out: its tree, or None.
"""

import ast

LONGEST = 500_000  # characters of what is read by many; their tree may take 150 MB
LONG = 2_000_000  # generated models and first migrations may be as long; read by one or two


def parsed(source: str, longest: int = LONGEST) -> ast.Module | None:
    """The tree of a module; walking it does not recurse, unlike `ast.unparse` and visitors."""
    if len(source) > longest:
        return None
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def unparsed(node: ast.AST) -> str:
    """A part of a tree as text; empty where it is nested too deeply."""
    try:
        return ast.unparse(node)
    except RecursionError:
        return ""


def alike(before: str, after: str) -> bool:
    """Whether two modules do the same, as after a formatter; what is no Python is compared as it is."""
    if before == after:
        return True
    trees = [_without_docstrings(text) for text in (before, after)]
    return None not in trees and trees[0] == trees[1]


def _without_docstrings(source: str) -> str | None:
    """The tree as a text, without texts that stand for themselves."""
    tree = parsed(source)
    for node in ast.walk(tree) if tree else ():
        if isinstance(lines := getattr(node, "body", None), list):
            kept = [line for line in lines if not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))]
            setattr(node, "body", kept)  # noqa: B010  only some nodes have one
    try:
        return ast.dump(tree) if tree else None
    except RecursionError:
        return None
