"""Python of a pull request, as a tree: what is no Python, or nested beyond what the parser follows, is none.

In: the text of a file. Out: its tree, or None.
"""

import ast


def parsed(source: str) -> ast.Module | None:
    """The tree of a module; walking it does not recurse, unlike `ast.unparse` and visitors."""
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
