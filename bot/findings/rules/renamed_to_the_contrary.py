"""A flag that the author renames to a name that says the contrary, while the values stay."""

from collections.abc import Iterator

from bot.findings.authored import statements
from bot.findings.facts import Facts
from bot.migration.intent.opposites import opposite
from bot.model import Finding, Migration
from bot.sqltext import quote
from bot.sqltext.dml import effects
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import Assignment, Renaming

CODE = "renamed-to-the-contrary"
CODES = {CODE: "A flag gets a name that says the contrary, and keeps its values"}


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts):
        for effect in effects([found.sql]) if found.direction == "upgrade" else ():
            if isinstance(effect, Renaming) and _denies(facts, effect) and not _is_turned(found.migration, effect):
                old, new = dotted(effect.table.name, effect.column), quote.name(effect.new_name)
                yield found.warning(
                    CODE,
                    f"{old} becomes {effect.new_name}: its values say the contrary now",
                    detail=f"{found.quoted} keeps true as true.",
                    advice=f"Turn the values: UPDATE {quote.name(effect.table.name)} SET {new} = NOT {new}.",
                )


def _denies(facts: Facts, effect: Renaming) -> bool:
    """Whether it is a column of truth values, under either name."""
    names = {effect.column, effect.new_name}
    flags = any(
        key.name in names and attributes["type"] == "boolean" and effect.table.means(key.schema, key.parent)
        for schema in (facts.old, facts.migrated)
        if schema is not None
        for key, attributes in schema.of("column").items()
    )
    return bool(effect.column) and opposite(effect.column, effect.new_name) and flags


def _is_turned(migration: Migration, renaming: Renaming) -> bool:
    """Whether the migration gives the column other values as well."""
    names = {renaming.column, renaming.new_name}
    found = effects([statement.sql for statement in migration.statements])
    return any(isinstance(e, Assignment) and e.column in names and e.table.name == renaming.table.name for e in found)
