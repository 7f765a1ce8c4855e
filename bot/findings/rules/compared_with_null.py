"""A condition that is never true: `WHEN NULL`, `= NULL`, `<> NULL`, `NOT IN (…, NULL)`."""

import re
from collections.abc import Iterator

from bot.findings.authored import AuthoredStatement, statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.sqltext import insertions
from bot.sqltext.words import Words, words_of

CODE = "compared-with-null"
CODES = {CODE: "A condition compares with NULL, and is never true"}
_NEVER = re.compile(r"\bwhen null then\b|(?:= |< > |! = )null\b|\bnot in \([^()]*\bnull \)", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts):
        if any(_NEVER.search(" ".join(words)) for words in _conditions(found)):
            yield found.warning(
                CODE,
                f"A condition of the {found.direction} compares with NULL, and is never true",
                detail=f"{found.quoted}: nothing is equal to NULL, nor different from it.",
                advice="Write IS NULL or IS NOT NULL; CASE WHEN x IS NULL instead of CASE x WHEN NULL.",
            )


def _conditions(found: AuthoredStatement) -> Iterator[Words]:
    """Where `= NULL` is no assignment."""
    for effect in found.assignments:
        yield effect.value
        yield effect.where
    for insertion in insertions.read(found.sql):
        yield from insertion.values
        yield insertion.rest
    words = words_of(found.sql)
    if words[:1] != () and words[0].lower() in ("delete", "select"):
        yield words
