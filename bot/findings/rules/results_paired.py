"""Rows of two queries that a program pairs by their places, although the queries have no order in common."""

import ast
import re
from collections.abc import Iterator

from bot.discovery import syntax
from bot.findings.facts import Facts
from bot.model import Finding, Where

CODE = "results-paired"
CODES = {CODE: "Rows of two queries are paired by their places"}
_SELECT = re.compile(r"\bselect\b.+?\bfrom\b", re.IGNORECASE | re.DOTALL)
_ORDER = re.compile(r"\border\s+by\s+(.+?)\s*(?:\blimit\b|\boffset\b|;|$)", re.IGNORECASE | re.DOTALL)


def check(facts: Facts) -> Iterator[Finding]:
    for file in facts.code if facts.with_rows else ():
        tree = syntax.parsed(file.source)
        for node in ast.walk(tree) if tree is not None else ():
            if tree is None or not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "zip":
                continue
            queries = [sql for argument in node.args if (sql := _query(argument, tree))]
            if len(queries) > 1 and not _in_one_order(queries):
                yield Finding(
                    code=CODE,
                    severity="warning",
                    title="The rows of two queries are paired by their places, and do not come in the same order",
                    detail=f"`{syntax.unparsed(node)[:150]}`, of `{queries[0][:100]}` and `{queries[1][:100]}`",
                    advice="Read both columns by one query, or look one up by a key of the other.",
                    where=Where(path=file.path, line=node.lineno),
                )


def _in_one_order(queries: list[str]) -> bool:
    found = [_ORDER.search(sql) for sql in queries]
    return None not in found and len({" ".join(order[1].lower().split()) for order in found if order}) == 1


def _query(argument: ast.expr, tree: ast.Module) -> str:
    """The SELECT whose rows an argument has: written there, or where its name is set."""
    given = [argument]
    if isinstance(argument, ast.Name):
        assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
        given = [node.value for node in assigned if any(getattr(to, "id", "") == argument.id for to in node.targets)]
    texts = [
        node.value
        for value in given[-1:]
        for node in ast.walk(value)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SELECT.search(node.value)
    ]
    return texts[0] if texts else ""
