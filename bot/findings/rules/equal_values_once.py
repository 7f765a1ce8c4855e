"""`sum(DISTINCT amount)`, or Python's `sum` of a set: of equal values one counts, whosever they are."""

import ast
from collections.abc import Iterator

from bot.discovery import syntax
from bot.findings.authored import statements
from bot.findings.facts import Facts
from bot.model import Finding, Where
from bot.schema.objects import is_unique
from bot.sqltext.dml import writes_rows
from bot.sqltext.words import Words, closing, unquoted, words_of

CODE = "equal-values-once"
CODES = {CODE: "Of equal values one is added up"}
_TITLE = "Rows with the same value are added up once"
_ADVICE = "Add up the rows: without DISTINCT, and without a join that brings a row several times."
_ADDS = ("sum", "avg")


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts):
        words = words_of(found.sql) if writes_rows(found.sql) or found.sql[:6].lower() == "select" else ()
        if any(not _is_key(facts, argument) for argument in _distinct(words)):
            yield found.warning(CODE, _TITLE, detail=f"{found.quoted}: 5 and 5 are 5.", advice=_ADVICE)
    for file in facts.code:
        tree = syntax.parsed(file.source)
        for node in ast.walk(tree) if tree is not None else ():
            if isinstance(node, ast.Call) and _name(node) == "sum" and node.args and _is_set(node.args[0]):
                where = Where(path=file.path, line=node.lineno)
                detail = f"`{syntax.unparsed(node)[:200]}`: 5 and 5 are 5."
                advice = "Add up the rows themselves, not the set of their values."
                yield Finding(code=CODE, severity="warning", title=_TITLE, detail=detail, advice=advice, where=where)


def _distinct(words: Words) -> Iterator[Words]:
    """What is added up by sums that leave out what is equal."""
    lower = [word.lower() for word in words]
    for place, word in enumerate(lower):
        if word in _ADDS and lower[place + 1 : place + 3] == ["(", "distinct"]:
            yield words[place + 3 : closing(words, place + 1)]


def _is_key(facts: Facts, argument: Words) -> bool:
    """Whether it is a column of which, wherever there is one, no two rows have the same value."""
    name = unquoted(argument[-1]) if argument else ""
    columns = facts.old.of("column") if facts.old else {}
    tables = [(key.schema, key.parent) for key in columns if key.name == name]
    return (
        len(argument) in (1, 3)
        and bool(tables)
        and all(facts.old is not None and is_unique(facts.old, table, {name}) for table in tables)
    )


def _name(call: ast.Call) -> str:
    return getattr(call.func, "id", "")


def _is_set(node: ast.expr) -> bool:
    return isinstance(node, ast.SetComp) or (isinstance(node, ast.Call) and _name(node) == "set")
