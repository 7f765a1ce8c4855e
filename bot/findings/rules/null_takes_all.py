"""A text that is put together of columns, of which one may be NULL: then all of it is, and so are the other parts."""

import re
from collections.abc import Iterator

from bot.findings.authored import AuthoredStatement, statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.sqltext import insertions
from bot.sqltext.concatenation import parts
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import TableName
from bot.sqltext.words import Words, unquoted, words_of

CODE = "null-takes-all"
CODES = {CODE: "A text of several columns is NULL where one of them is"}


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts) if facts.migrated is not None else ():
        for table, filled, value, condition in _values(found):
            column = _nullable(facts, found.sql, value, condition)
            if column:
                yield found.warning(
                    CODE,
                    f"{dotted(table.name, filled)} is NULL wherever {column} is, whatever the other columns have",
                    detail=f"{found.quoted}: a text and NULL are NULL.",
                    advice="Use concat_ws, or COALESCE for what may be NULL.",
                )


def _values(found: AuthoredStatement) -> Iterator[tuple[TableName, str, Words, Words]]:
    """What columns get, and the condition of that."""
    for effect in found.assignments:
        yield effect.table, effect.column, effect.value, effect.where
    for insertion in insertions.read(found.sql):
        for column, value in zip(insertion.columns, insertion.values, strict=False):
            yield insertion.table, column, value, insertion.rest


def _nullable(facts: Facts, sql: str, value: Words, condition: Words) -> str:
    """The part that may be NULL; none where the value is one of it alone, or the condition speaks of that."""
    found, said = parts(value), " ".join(condition).lower()
    asked = {column for column in found if re.search(rf"\b{re.escape(column)} is not null\b", said)}
    nullable = (column for column in found if column not in asked and _may_be_null(facts, sql, column))
    return next(nullable, "") if len(found) > 1 else ""


def _may_be_null(facts: Facts, sql: str, column: str) -> bool:
    """Whether it may in every table of the statement that has such a column, before and after."""
    words = {unquoted(word) for word in words_of(sql)}
    known = [
        attributes
        for schema in (facts.old, facts.migrated)
        for key, attributes in (schema.of("column").items() if schema is not None else ())
        if key.name == column and key.parent in words
    ]
    is_list = any(str(attributes["type"]).endswith("[]") for attributes in known)  # a list takes what is NULL
    return bool(known) and not is_list and not any(attributes["not_null"] for attributes in known)
