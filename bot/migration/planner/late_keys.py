"""Foreign keys that cannot come or go with their table: they are made after it, or dropped before it.

In: a change, a table that comes or goes. Out: which of its foreign keys those are.
"""

from bot.migration.planner.change import Change
from bot.model import ObjectKey
from bot.schema.compare import attribute
from bot.schema.objects import Table, foreign_keys, referenced
from bot.schema.snapshots import Attributes
from bot.schema.table_order import postponed


def made_later(change: Change, order: list[Table], table: Table) -> set[str]:
    """Those of a new table whose target is created later, or is not yet what they point at."""
    found = foreign_keys(change.after, table)
    early = {key.name for key, attributes, _ in found if not is_there_throughout(change, attributes)}
    return postponed(change.after, order, table) | early


def is_there_throughout(change: Change, foreign_key: Attributes) -> bool:
    """Whether what a foreign key points at stays as it is; tables that come or go do so with what is in them."""
    schema, table = referenced(foreign_key)
    if change.table_added(schema, table) or change.table_removed(schema, table):
        return True
    columns = foreign_key["references_columns"]
    return not any(_moves(change, schema, table, column) for column in columns) and any(
        key in change.after.objects and key not in change.rebuilt
        for kind in ("constraint", "index")
        for key, attributes in change.before.children(kind, schema, table).items()
        if (attributes.get("unique") or attributes.get("type") in ("p", "u"))
        and not attributes.get("predicate")
        and sorted(attributes["columns"]) == sorted(columns)
    )


def _moves(change: Change, schema: str, table: str, column: str) -> bool:
    key = ObjectKey("column", schema, table, column)
    difference = change.differences.get(key)
    changed = difference is not None and (difference.action != "changed" or attribute(difference, "type") is not None)
    return changed or key in change.rebuilt
