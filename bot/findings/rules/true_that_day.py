"""A number that is made of a date and of the hour of the upgrade, as an age: it is true that day, and stays."""

import ast
from collections.abc import Iterator

from bot.discovery import syntax
from bot.discovery.migration_code import CodeFile
from bot.findings.authored import AuthoredStatement, statements
from bot.findings.facts import Facts
from bot.migration.planner.casts import bare, family
from bot.model import Finding, Where
from bot.sqltext import insertions
from bot.sqltext.dml import has_parameters, writes_rows
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import TableName
from bot.sqltext.words import Words, closing, unquoted

CODE = "true-that-day"
CODES = {CODE: "A column gets what is true on the day of the upgrade alone"}
_ADVICE = "Keep the date, and compute the rest when it is read: in a query, a view or a property of the model."
_NOW = ("now", "clock_timestamp", "statement_timestamp", "transaction_timestamp")
_TODAY = ("current_date", "current_timestamp", "localtimestamp")
_CALLS = {"now", "today", "utcnow"}


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts) if facts.migrated is not None else ():
        for table, column, value in _values(found) if found.direction == "upgrade" else ():
            if (
                _reads_the_clock(value)
                and _types(facts, column, table) & {"number", "interval"}
                and _of_date(facts, value)
            ):
                yield found.warning(
                    CODE,
                    f"{dotted(table.name, column)} gets what is true on the day of the upgrade",
                    detail=f"{found.quoted} reads the clock, and a date of the row.",
                    advice=_ADVICE,
                )
    sends = any(writes_rows(found.sql) and has_parameters(found.sql) for found in statements(facts))
    for file in facts.code if sends else ():
        yield from _in_python(file)


def _values(found: AuthoredStatement) -> Iterator[tuple[TableName, str, Words]]:
    for effect in found.assignments:
        yield effect.table, effect.column, effect.value
    for insertion in insertions.read(found.sql):
        for column, value in zip(insertion.columns, insertion.values, strict=False):
            yield insertion.table, column, value


def _reads_the_clock(value: Words) -> bool:
    """`now()`, `current_date`, and `age(born)`, which is of today."""
    for place, word in enumerate(value):
        name, called = word.lower(), value[place + 1 : place + 2] == ("(",)
        if name in _TODAY or (name in _NOW and called):
            return True
        if name == "age" and called and "," not in value[place : closing(value, place + 1)]:
            return True
    return False


def _of_date(facts: Facts, value: Words) -> bool:
    """Whether it reads a column that is a date or a moment."""
    return any("moment" in _types(facts, unquoted(word)) for word in value if not word.startswith("'"))


def _types(facts: Facts, column: str, table: TableName | None = None) -> set[str]:
    """What kinds of types the columns of a name have, of one table or of any."""
    return {
        "interval" if str(attributes["type"]).startswith("interval") else family(bare(str(attributes["type"])))
        for schema in (facts.old, facts.migrated)
        for key, attributes in (schema.of("column").items() if schema is not None else ())
        if key.name == column and (table is None or table.means(key.schema, key.parent))
    }


def _in_python(file: CodeFile) -> Iterator[Finding]:
    """`date.today().year - row.born.year`, but for what is a time before today, as `today() - timedelta(days=30)`."""
    tree = syntax.parsed(file.source)
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
            sides = node.left, node.right
            if any(_is_clock(one) and _is_of_row(other) for one, other in (sides, sides[::-1])):
                yield Finding(
                    code=CODE,
                    severity="warning",
                    title="Rows get what is true on the day of the upgrade",
                    detail=f"`{syntax.unparsed(node)[:200]}` reads the clock, and a date of the row.",
                    advice=_ADVICE,
                    where=Where(path=file.path, line=node.lineno),
                )


def _is_clock(node: ast.expr) -> bool:
    return any(
        isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in _CALLS
        for inner in ast.walk(node)
    )


def _is_of_row(node: ast.expr) -> bool:
    """Whether something of a row stands there: `row.born`, `row["born"]`."""
    inside = list(ast.walk(node))
    made = any(isinstance(inner, ast.Call) for inner in inside)
    return not made and any(isinstance(inner, ast.Attribute | ast.Subscript) for inner in inside)
