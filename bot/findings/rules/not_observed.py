"""Statements that a migration sends past SQLAlchemy, by a driver whose cursors the bot does not follow."""

import ast
from collections.abc import Iterator

from bot.discovery import syntax
from bot.findings.facts import Facts
from bot.model import Finding, Where

CODE = "not-observed"
CODES = {CODE: "Statements are sent past SQLAlchemy, and were not observed"}
_RAW = {"driver_connection", "dbapi_connection", "raw_connection"}
_SENDS = {"execute", "executemany", "run", "copy_expert", "copy_from", "copy_records_to_table", "copy_to_table"}


def check(facts: Facts) -> Iterator[Finding]:
    for migration in facts.authored:
        tree = syntax.parsed(migration.source)
        calls = list(_calls(tree)) if tree is not None else []
        observed = {statement.line for statement in migration.statements}
        # A call in a branch that was not taken says nothing where others were seen.
        if calls and not any(observed & {*range(call.lineno, (call.end_lineno or 0) + 1)} for call in calls):
            yield Finding(
                code=CODE,
                severity="warning",
                title="Statements are sent past SQLAlchemy, and were not observed",
                detail=f"`{syntax.unparsed(calls[0])[:200]}`: what they declare of rows, and which locks they take,"
                " is not known.",
                advice="Send them by `op.execute` or `op.get_bind()`, or by a cursor of psycopg or psycopg2.",
                where=Where(path=migration.path, line=calls[0].lineno),
            )


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    """`cursor.execute(…)` of what was made by `.cursor()`, or came from the driver."""
    names = {name for node in ast.walk(tree) for name in _made(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SENDS:
            receiver = node.func.value
            if _is_raw(receiver) or (isinstance(receiver, ast.Name) and receiver.id in names):
                yield node


def _made(node: ast.AST) -> Iterator[str]:
    """Names of cursors, and of connections of the driver."""
    targets: list[ast.expr | None] = []
    if isinstance(node, ast.Assign) and _is_raw(node.value):
        targets = [*node.targets]
    elif isinstance(node, ast.withitem) and _is_raw(node.context_expr):
        targets = [node.optional_vars]
    yield from (target.id for target in targets if isinstance(target, ast.Name))


def _is_raw(node: ast.expr) -> bool:
    """Whether a cursor is made, or the driver's own connection is asked for."""
    for inner in ast.walk(node):
        name = inner.attr if isinstance(inner, ast.Attribute) else ""
        if name in _RAW or (isinstance(inner, ast.Call) and getattr(inner.func, "attr", "") == "cursor"):
            return True
    return False
