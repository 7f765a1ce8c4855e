"""`(SELECT min(id) FROM users)` for what must not be NULL: a database may have rows to fill, and no user."""

import re
from collections.abc import Iterator

from bot.findings.authored import AuthoredStatement, statements
from bot.findings.facts import Facts
from bot.migration.intent.expected_data import Table
from bot.model import Finding, ObjectKey
from bot.schema.objects import foreign_keys
from bot.sqltext.dml import effects
from bot.sqltext.joins import tables_of
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import Assignment, Insertion
from bot.sqltext.words import Words, words_of

CODE = "row-taken-for-granted"
CODES = {CODE: "A required reference gets any row of a table, which may have none"}
_ANY = re.compile(r"\b(?:min|max) \(|\blimit 1\b|\bfetch (?:first|next)\b", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Finding]:
    before: list[AuthoredStatement] = []
    for found in statements(facts) if facts.old is not None and facts.migrated is not None else ():
        for effect in found.assignments if found.direction == "upgrade" else ():
            parent = _parent(facts, effect)
            if parent and _is_any(effect, parent, before) and not _is_filled(parent, before):
                yield found.warning(
                    CODE,
                    f"{dotted(effect.table.name, effect.column)} must not be NULL, and gets any row of"
                    f" {dotted(*parent)}",
                    detail=f"{found.quoted}: where {dotted(*parent)} has no rows, the upgrade stops.",
                    advice="Insert the row that is meant before that, unless it is there.",
                )
        before.append(found)


def _parent(facts: Facts, effect: Assignment) -> Table | None:
    """The table that a required column refers to, if no other such column says that it has rows."""
    if facts.old is None or facts.migrated is None:
        return None
    for table in {(key.schema, key.name) for key in facts.migrated.of("table")}:
        if not effect.table.means(*table):
            continue
        parents: dict[str, Table] = {}
        for _, key, other in foreign_keys(facts.migrated, table):
            parents |= {str(name): other for name in key["columns"] if _is_required(facts, table, name)}
        parent = parents.pop(effect.column, None)
        was_there = parent is not None and ObjectKey("table", parent[0], "", parent[1]) in facts.old.objects
        if parent and was_there and parent != table and parent not in parents.values():
            return parent
    return None


def _is_required(facts: Facts, table: Table, column: str) -> bool:
    attributes = facts.migrated.objects.get(ObjectKey("column", *table, column), {}) if facts.migrated else {}
    return bool(attributes.get("not_null"))


def _is_any(effect: Assignment, parent: Table, before: list[AuthoredStatement]) -> bool:
    """Whether the value is a row of the table, whichever: of a query of its own, or of one that a program read."""
    if not effect.is_computed:
        return effect.value[:2] != () and effect.value[0] == "(" and _asks_for_any(effect.value[1:-1], parent)
    return any(_asks_for_any(words_of(found.sql), parent) for found in before)


def _asks_for_any(words: Words, parent: Table) -> bool:
    text = " ".join(words)
    is_plain = text[:7].lower() == "select " and not re.search(r"\b(?:where|join|coalesce)\b", text, re.IGNORECASE)
    tables = [name for _, name in tables_of(words)]
    return is_plain and _ANY.search(text) is not None and len(tables) == 1 and tables[0].means(*parent)


def _is_filled(parent: Table, before: list[AuthoredStatement]) -> bool:
    return any(
        isinstance(effect, Insertion) and effect.table.means(*parent)
        for found in before
        for effect in effects([found.sql])
    )
