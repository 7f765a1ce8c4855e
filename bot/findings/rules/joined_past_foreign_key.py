"""Two tables that a statement joins by their own keys, although a foreign key leads from one to the other."""

from collections.abc import Iterator

from bot.findings.authored import AuthoredStatement, statements
from bot.findings.facts import Facts
from bot.migration.intent.expected_data import Table
from bot.model import Finding
from bot.schema.objects import referenced, references
from bot.schema.snapshots import Attributes, Snapshot
from bot.sqltext.joins import Equality, equalities
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import TableName

CODE = "joined-past-foreign-key"
CODES = {CODE: "A statement joins two tables past the foreign key between them"}


def check(facts: Facts) -> Iterator[Finding]:
    schemas = [schema for schema in (facts.old, facts.migrated) if schema is not None]
    for found in statements(facts):
        for equality, child, key in _past(found, schemas):
            refers = [
                dotted(child[1], *key["columns"]),
                dotted(key["references_table"], *key["references_columns"]),
            ]
            pair = (equality.table.name, equality.column), (equality.other.name, equality.other_column)
            yield found.warning(
                CODE,
                f"The {found.direction} joins {dotted(*pair[0])} with {dotted(*pair[1])},"
                f" although {' refers to '.join(refers)}",
                detail=f"{found.quoted} seems to pair unrelated rows.",
                advice="Join them by the foreign key.",
            )


def _past(statement: AuthoredStatement, schemas: list[Snapshot]) -> Iterator[tuple[Equality, Table, Attributes]]:
    """Comparisons of two primary keys, and the foreign key between their tables."""
    found = list(equalities(statement.sql))
    set_columns = {effect.column for effect in statement.assignments}
    for equality in found:
        sides = (equality.table, equality.column), (equality.other, equality.other_column)
        if not any(all(_is_key(schema, *side) for side in sides) for schema in schemas):
            continue
        keys = [key for schema in schemas for key in _foreign_keys(schema, equality.table, equality.other)]
        followed = any(_follows(other, *key) for key in keys for other in found)
        if keys and not followed and not any(set_columns & {*key["columns"]} for _, key in keys):
            yield equality, *keys[0]


def _is_key(schema: Snapshot, table: TableName, column: str) -> bool:
    return any(
        attributes.get("type") == "p" and attributes["columns"] == [column] and table.means(key.schema, key.parent)
        for key, attributes in schema.of("constraint").items()
    )


def _foreign_keys(schema: Snapshot, one: TableName, other: TableName) -> Iterator[tuple[Table, Attributes]]:
    """Those between two tables, in either direction."""
    for key, attributes in schema.of("constraint").items():
        child, parent = (key.schema, key.parent), references(attributes)
        if parent and any(a.means(*child) and b.means(*parent) for a, b in ((one, other), (other, one))):
            yield child, attributes


def _follows(equality: Equality, child: Table, key: Attributes) -> bool:
    sides = (equality.table, equality.column), (equality.other, equality.other_column)
    pairs = list(zip(key["columns"], key["references_columns"], strict=True))
    parent = referenced(key)
    return any(
        one.means(*child) and other.means(*parent) and (column, there) in pairs
        for (one, column), (other, there) in (sides, sides[::-1])
    )
