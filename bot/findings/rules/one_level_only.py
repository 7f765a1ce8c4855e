"""A value of a tree that is made of the parent's, once: each row sees what its parent had before the statement."""

from collections.abc import Iterator

from bot.findings import loops
from bot.findings.authored import statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.schema.objects import references
from bot.schema.snapshots import Snapshot
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import Assignment, TableName
from bot.sqltext.words import unquoted

CODE = "one-level-only"
CODES = {CODE: "A value that follows the parent's is made for one level of the tree only"}


def check(facts: Facts) -> Iterator[Finding]:
    schema = facts.old
    for found in statements(facts):
        if schema is None or loops.of(facts, found.migration.path).may_repeat(found.line):
            continue
        for effect in found.assignments:
            if _is_tree(schema, effect.table) and _is_new(schema, effect) and _follows_itself(effect):
                yield found.warning(
                    CODE,
                    f"{dotted(effect.table.name, effect.column)} is made of the parent's, one level deep",
                    detail=f"{found.quoted}: each row sees what its parent had before.",
                    advice="Make it in a `WITH RECURSIVE` from the roots downwards, or repeat it for each level.",
                )


def _is_tree(schema: Snapshot, table: TableName) -> bool:
    return any(
        references(attributes) == (key.schema, key.parent) and table.means(key.schema, key.parent)
        for key, attributes in schema.of("constraint").items()
    )


def _is_new(schema: Snapshot, effect: Assignment) -> bool:
    """Whether no row had a value before: a copy of what the parent has is of one level by intent."""
    there = (key for key in schema.of("column") if key.name == effect.column)
    return not any(effect.table.means(key.schema, key.parent) for key in there)


def _follows_itself(effect: Assignment) -> bool:
    """Whether the value names the column itself by another name of the table, as a join of it with itself has."""
    words = effect.value
    recursive = "recursive" in effect.sql.lower()
    return not recursive and any(
        dot == "." and unquoted(column) == effect.column and unquoted(name) != effect.table.name
        for name, dot, column in zip(words, words[1:], words[2:], strict=False)
    )
