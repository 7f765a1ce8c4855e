"""A dict of rows by a column whose values may come twice: of the rows that have the same, the last one is kept."""

import ast
import re
from collections.abc import Iterator

from bot.findings.authored import nodes
from bot.findings.facts import Facts
from bot.findings.queries import query_of
from bot.model import Finding
from bot.schema.objects import Table, is_unique
from bot.schema.snapshots import Snapshot
from bot.sqltext.joins import tables_of
from bot.sqltext.words import words_of

CODE = "one-row-for-each-key"
CODES = {CODE: "Of rows with the same value, a dict keeps the last one"}
_MADE_ONE = re.compile(r"\b(group\s+by|distinct|join|limit|where)\b", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Finding]:
    old = facts.old if facts.with_rows else None
    for made in nodes(facts, ast.DictComp) if old is not None else ():
        if old is None or len(made.node.generators) > 1:
            continue
        column, sql = _key(made.node), query_of(made.node.generators[0].iter, made.tree)
        table = _table(old, sql) if column and sql and not _MADE_ONE.search(sql) else None
        if table and _may_repeat(old, table, column):
            yield made.warning(
                CODE,
                f"Of rows of {table[1]} with the same {column}, a dict keeps the last one",
                detail=f"{made.quoted(200)}: nothing says that no two rows have the same {column}.",
                advice="Take a key of the table, or collect the rows of each value in a list.",
            )


def _key(node: ast.DictComp) -> str:
    """The column that a row is known by: `{row.name: …}`, `{row["name"]: …}`, `{name: … for id, name in …}`."""
    target = node.generators[0].target
    if isinstance(target, ast.Tuple) and isinstance(node.key, ast.Name):
        return node.key.id
    of = getattr(node.key, "value", None)
    if not isinstance(target, ast.Name) or getattr(of, "id", "") != target.id:
        return ""
    if isinstance(node.key, ast.Attribute):
        return node.key.attr
    index = node.key.slice if isinstance(node.key, ast.Subscript) else None
    return index.value if isinstance(index, ast.Constant) and isinstance(index.value, str) else ""


def _table(schema: Snapshot, sql: str) -> Table | None:
    """The only table that is read."""
    named = list(dict(tables_of(words_of(sql))).values())
    found = [(key.schema, key.name) for key in schema.of("table") if any(n.means(key.schema, key.name) for n in named)]
    return found[0] if len(named) == len(found) == 1 else None


def _may_repeat(schema: Snapshot, table: Table, column: str) -> bool:
    there = any(key.name == column for key in schema.children("column", *table))
    return there and not is_unique(schema, table, {column})
