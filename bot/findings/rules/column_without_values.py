"""Statements of the author's about columns that had no values: of such a type, say, the bot knows none."""

from collections.abc import Iterator

from bot.findings.authored import statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.sqltext.dml import writes_rows
from bot.sqltext.names import dotted
from bot.sqltext.words import unquoted, words_of

CODE = "column-without-values"
CODES = {CODE: "What becomes of a column's values was not seen: it had none"}


def check(facts: Facts) -> Iterator[Finding]:
    left = list(facts.without_values)
    for found in statements(facts) if facts.with_rows else ():
        if found.direction != "upgrade" or not (writes_rows(found.sql) or found.assignments):
            continue
        names = {word.lower() for word in map(unquoted, words_of(found.sql))}
        for column in [name for name in left if {name[1].lower(), name[2].lower()} <= names]:
            left.remove(column)
            yield found.warning(
                CODE,
                f"No row had a value in {dotted(*column)}, so what becomes of its values was not seen",
                detail=f"{found.quoted} speaks of it.",
                advice="Give the bot rows that have values there: `--rows FILE`.",
            )
