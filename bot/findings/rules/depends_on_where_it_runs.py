"""Steps that a migration makes in one place and not in another, by a variable of the environment or a table's size."""

import ast
import re
from collections.abc import Iterator

from bot.discovery import syntax
from bot.findings.authored import AuthoredNode, nodes
from bot.findings.facts import Facts
from bot.model import Finding

CODE = "depends-on-where-it-runs"
CODES = {CODE: "What the migration does depends on where it runs"}
_PLACES = {"environ", "getenv", "gethostname", "get_x_argument", "getuser"}
_MANY = 100  # a number that rows are compared with
_COUNTS = re.compile(r"\bcount\(|reltuples|\browcount\b", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Finding]:
    for branch in _branches(facts) if facts.with_rows else ():
        why = _why(branch.node.test, branch.tree)
        if why:
            yield branch.warning(
                CODE,
                f"What the migration does depends on {why}",
                detail=f"`if {syntax.unparsed(branch.node.test)[:150]}`: another database may have taken, or will "
                "take, the other way, and was not tried.",
                advice="Do the same everywhere; what has to be done elsewhere belongs into a script of its own.",
            )


def _branches(facts: Facts) -> Iterator[AuthoredNode[ast.If]]:
    """Those that decide whether something is sent to the database, also by what they leave out when they return."""
    yield from (branch for branch in nodes(facts, ast.If) if _works([*branch.node.body, *branch.node.orelse]))
    for function in nodes(facts, ast.FunctionDef):
        for number, part in enumerate(function.node.body, start=1):
            if not isinstance(part, ast.If) or not isinstance(part.body[-1], ast.Return):
                continue
            if _works(function.node.body[number:]):
                yield AuthoredNode(function.path, function.tree, part)


def _works(body: list[ast.stmt]) -> bool:
    """Whether something is sent to the database."""
    calls = (node.func for part in body for node in ast.walk(part) if isinstance(node, ast.Call))
    return any(
        isinstance(call, ast.Attribute)
        and ((isinstance(call.value, ast.Name) and call.value.id == "op") or call.attr.startswith("exec"))
        for call in calls
    )


def _why(test: ast.expr, tree: ast.Module) -> str:
    names = {node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") for node in ast.walk(test)}
    if names & _PLACES:
        return "the environment that it runs in"
    constants = (node.value for node in ast.walk(test) if isinstance(node, ast.Constant))
    large = any(isinstance(value, int) and not isinstance(value, bool) and value >= _MANY for value in constants)
    given = [node.value for node in ast.walk(tree) if isinstance(node, ast.Assign) and _names(node) & names]
    counted = any(_COUNTS.search(syntax.unparsed(expression)) for expression in [test, *given])
    return "how many rows there are" if large and counted else ""


def _names(assign: ast.Assign) -> set[str]:
    return {target.id for target in assign.targets if isinstance(target, ast.Name)}
