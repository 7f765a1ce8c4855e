"""A text that is put together of columns, of which one may be NULL: then all of it is, and so are the other parts."""

import re
from collections.abc import Iterator

from bot.findings.authored import statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.sqltext.concatenation import parts
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import Assignment
from bot.sqltext.words import unquoted, words_of

CODE = "null-takes-all"
CODES = {CODE: "A text of several columns is NULL where one of them is"}


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts) if facts.migrated is not None else ():
        for effect in found.assignments:
            column = _nullable(facts, effect)
            if column:
                yield found.warning(
                    CODE,
                    f"{dotted(effect.table.name, effect.column)} is NULL wherever {column} is,"
                    " whatever the other columns have",
                    detail=f"{found.quoted}: a text and NULL are NULL.",
                    advice="Use concat_ws, or COALESCE for what may be NULL.",
                )


def _nullable(facts: Facts, effect: Assignment) -> str:
    """The part that may be NULL; none where the value is one of it alone, or the condition speaks of that."""
    found = parts(effect.value)
    condition = " ".join(effect.where).lower()
    asked = {column for column in found if re.search(rf"\b{re.escape(column)} is not null\b", condition)}
    nullable = (column for column in found if column not in asked and _may_be_null(facts, effect, column))
    return next(nullable, "") if len(found) > 1 else ""


def _may_be_null(facts: Facts, effect: Assignment, column: str) -> bool:
    """Whether it may in every table of the statement that has such a column, before and after."""
    words = {unquoted(word) for word in words_of(effect.sql)}
    known = [
        attributes
        for schema in (facts.old, facts.migrated)
        for key, attributes in (schema.of("column").items() if schema is not None else ())
        if key.name == column and key.parent in words
    ]
    is_list = any(str(attributes["type"]).endswith("[]") for attributes in known)  # a list takes what is NULL
    return bool(known) and not is_list and not any(attributes["not_null"] for attributes in known)
