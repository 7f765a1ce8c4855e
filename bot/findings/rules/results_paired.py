"""Rows of two queries that a program pairs by their places, although the queries have no order in common."""

import ast
import re
from collections.abc import Iterator

from bot.findings.authored import nodes
from bot.findings.facts import Facts
from bot.findings.queries import query_of
from bot.model import Finding

CODE = "results-paired"
CODES = {CODE: "Rows of two queries are paired by their places"}
_ORDER = re.compile(r"\border\s+by\s+(.+?)\s*(?:\blimit\b|\boffset\b|;|$)", re.IGNORECASE | re.DOTALL)


def check(facts: Facts) -> Iterator[Finding]:
    for call in nodes(facts, ast.Call) if facts.with_rows else ():
        if getattr(call.node.func, "id", "") != "zip":
            continue
        queries = [sql for argument in call.node.args if (sql := query_of(argument, call.tree))]
        if len(queries) > 1 and not _in_one_order(queries):
            yield call.warning(
                CODE,
                "The rows of two queries are paired by their places, and do not come in the same order",
                detail=f"{call.quoted(150)}, of `{queries[0][:100]}` and `{queries[1][:100]}`",
                advice="Read both columns by one query, or look one up by a key of the other.",
            )


def _in_one_order(queries: list[str]) -> bool:
    found = [_ORDER.search(sql) for sql in queries]
    return None not in found and len({" ".join(order[1].lower().split()) for order in found if order}) == 1
