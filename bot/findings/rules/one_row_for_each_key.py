"""A dict of rows by a column whose values may come twice: of the rows that have the same, the last one is kept."""

import ast
import re
from collections.abc import Iterator

from bot.discovery import syntax
from bot.findings.facts import Facts
from bot.findings.queries import query_of
from bot.model import Finding, Where
from bot.schema.objects import Table, is_unique
from bot.schema.snapshots import Snapshot
from bot.sqltext.joins import tables_of
from bot.sqltext.words import words_of

CODE = "one-row-for-each-key"
CODES = {CODE: "Of rows with the same value, a dict keeps the last one"}
_MADE_ONE = re.compile(r"\b(group\s+by|distinct|join|limit|where)\b", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Finding]:
    for file in facts.code if facts.with_rows and facts.old is not None else ():
        tree = syntax.parsed(file.source)
        for node in ast.walk(tree) if tree is not None else ():
            if tree is None or facts.old is None or not isinstance(node, ast.DictComp) or len(node.generators) > 1:
                continue
            column, sql = _key(node), query_of(node.generators[0].iter, tree)
            table = _table(facts.old, sql) if column and sql and not _MADE_ONE.search(sql) else None
            if table and _may_repeat(facts.old, table, column):
                yield Finding(
                    code=CODE,
                    severity="warning",
                    title=f"Of rows of {table[1]} with the same {column}, a dict keeps the last one",
                    detail=f"`{syntax.unparsed(node)[:200]}`: nothing says that no two rows have the same {column}.",
                    advice="Take a key of the table, or collect the rows of each value in a list.",
                    where=Where(path=file.path, line=node.lineno),
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
