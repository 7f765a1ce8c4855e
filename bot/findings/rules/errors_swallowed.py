"""Errors of statements that a migration passes over in silence: what they were for is not done, and nobody knows."""

import ast
import re
from collections.abc import Iterator

from bot.findings.authored import nodes
from bot.findings.facts import Facts
from bot.model import Finding

CODE = "errors-swallowed"
CODES = {CODE: "A migration goes on after any error of its statements"}
# What a statement may fail with on rows; errors of another kind, of values that are looked at before, are meant.
_BROAD = {"Exception", "BaseException", "SQLAlchemyError", "DBAPIError", "DatabaseError", "IntegrityError", "DataError"}
_SCHEMA = re.compile(r"\s*(?:create|drop|alter|comment|grant|revoke|set|lock|refresh|analyze|vacuum)\b", re.IGNORECASE)
_WRITES = ("execute", "executemany", "bulk_insert", "add", "add_all", "flush", "commit", "scalar", "scalars", "merge")


def check(facts: Facts) -> Iterator[Finding]:
    for attempt in nodes(facts, ast.Try) if facts.with_rows else ():
        handler = next(filter(_goes_on, attempt.node.handlers), None)
        if handler is not None and any(map(_sends, attempt.node.body)):
            yield attempt.warning(
                CODE,
                "The migration goes on after any error of a statement, and nobody hears of it",
                detail="Rows for which it fails stay as they are; here there were none, or they were passed over.",
                advice="Leave the `try` out, or catch only the error that is meant, and count what is left undone.",
                line=handler.lineno,
            )


def _goes_on(handler: ast.ExceptHandler) -> bool:
    """`except Exception: pass`, and what only says something before it goes on."""
    kinds = [handler.type] if not isinstance(handler.type, ast.Tuple) else handler.type.elts
    names = {node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") for node in kinds if node}
    broad = handler.type is None or bool(names & _BROAD)
    return broad and not any(isinstance(node, ast.Raise | ast.Return) or _sends(node) for node in ast.walk(handler))


def _sends(node: ast.AST) -> bool:
    """Whether something in it sends rows to the database; what changes the schema does not."""
    calls = [part for part in ast.walk(node) if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute)]
    return any(getattr(call.func, "attr", "") in _WRITES and not _is_of_the_schema(call) for call in calls)


def _is_of_the_schema(call: ast.Call) -> bool:
    texts = [part.value for part in ast.walk(call) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return bool(texts) and _SCHEMA.match(texts[0]) is not None
