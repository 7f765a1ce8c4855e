"""A materialized view of rows that the upgrade changes, and that it does not refresh: it shows what they were."""

import re
from collections.abc import Iterator

from bot.findings.authored import AuthoredStatement, statements
from bot.findings.facts import Facts
from bot.model import Finding, ObjectKey
from bot.sqltext.dml import effects
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import Assignment, Deletion, Insertion
from bot.sqltext.words import unquoted, words_of

CODE = "view-not-refreshed"
CODES = {CODE: "A materialized view shows rows as they were before the upgrade"}


def check(facts: Facts) -> Iterator[Finding]:
    sent = [found for found in statements(facts) if found.direction == "upgrade"]
    for view, words in _views(facts) if sent else ():
        last = max(
            (n for n, found in enumerate(sent) if found.statement.rows != 0 and _changes(found, words)), default=None
        )
        if last is not None and not any(_refreshes(found, view) for found in sent[last + 1 :]):
            yield sent[last].warning(
                CODE,
                f"{dotted(view.schema, view.name)} is not refreshed after rows that it shows are changed",
                detail=f"{sent[last].quoted} is the last statement that changes them.",
                advice=f'End the upgrade with `op.execute("REFRESH MATERIALIZED VIEW {view.name}")`.',
            )


def _views(facts: Facts) -> Iterator[tuple[ObjectKey, set[str]]]:
    """Those that were there, and stay, with the names in their queries."""
    for key, attributes in facts.old.of("materialized_view").items() if facts.old and facts.migrated else ():
        if facts.migrated is not None and key in facts.migrated.objects:
            yield key, {unquoted(word) for word in words_of(str(attributes.get("definition", "")))}


def _changes(found: AuthoredStatement, words: set[str]) -> bool:
    """Whether it changes what a query reads."""
    for effect in effects([found.sql]):
        of_rows = isinstance(effect, Insertion | Deletion)
        if isinstance(effect, Assignment):
            of_rows = not effect.is_conversion and effect.column in words
        if of_rows and effect.table.name in words:
            return True
    return False


def _refreshes(found: AuthoredStatement, view: ObjectKey) -> bool:
    return (
        re.search(
            rf"\b(refresh|create)\s+materialized\s+view\b.*\b{re.escape(view.name)}\b",
            found.sql,
            re.IGNORECASE | re.DOTALL,
        )
        is not None
    )
