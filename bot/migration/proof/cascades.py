"""Deletions that foreign keys pass on: ON DELETE CASCADE takes rows along, ON DELETE SET NULL their references.

Pure. In: the old schema, what the author's statements declare. Out: the statements that reach a table in this way.
"""

from collections.abc import Iterator

from bot.migration.intent.expected_data import Table
from bot.migration.proof.declared_changes import DeclaredChanges
from bot.schema.objects import referenced
from bot.schema.snapshots import Snapshot
from bot.sqltext.row_effects import Deletion


def cascading_deletions(
    old: Snapshot, declared: DeclaredChanges, table: Table, action: str, column: str | None = None
) -> list[Deletion]:
    """Those that delete rows of tables which this one (or a column of it) refers to, with such an action."""
    found: list[Deletion] = []
    seen, tables = {table}, [table]
    while tables:
        for parent in _parents(old, tables.pop(), action, column):
            found += declared.deletions(parent)
            tables += {parent} - seen
            seen.add(parent)
        action, column = "CASCADE", None  # a table further away only reaches it by cascades
    return found


def _parents(old: Snapshot, table: Table, action: str, column: str | None) -> Iterator[Table]:
    for attributes in old.children("constraint", *table).values():
        acts = attributes.get("type") == "f" and str(attributes.get("on_delete")).startswith(action)
        if acts and column in (None, *attributes["columns"]):
            yield referenced(attributes)
