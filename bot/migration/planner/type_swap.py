"""Types that no ALTER can change: rename the old one, create the new one, convert the columns, drop the old one.

Enums that lose or reorder labels, domains over another base type, composite types whose members change type.
"""

from collections.abc import Iterator
from typing import Any

from bot.migration.planner.change import Change
from bot.migration.planner.names import spare_name
from bot.migration.planner.operations import Phase, PlannedOperation, execute
from bot.model import Difference, ObjectKey
from bot.schema.compare import attribute
from bot.schema.objects import columns_of_type, type_of
from bot.schema.snapshots import Attributes
from bot.sqltext import quote


def needs_recreation(key: ObjectKey, difference: Difference) -> bool:
    """Whether the change of a type cannot be made in place."""
    if difference.action != "changed":
        return False
    if key.kind == "enum":
        before, after = attribute(difference, "labels") or ([], [])
        return bool(before and after) and not only_added(before, after)
    if key.kind == "domain":
        return bool(attribute(difference, "base") or attribute(difference, "collation"))
    if key.kind == "composite":
        before, after = attribute(difference, "attributes") or ([], [])
        types = {member["name"]: member["type"] for member in before or []}
        return any(types.get(member["name"], member["type"]) != member["type"] for member in after or [])
    return False


def only_added(before: list[str], after: list[str]) -> bool:
    """Whether all old labels are still there, in their old order."""
    return [label for label in after if label in before] == before


def recreate_type(change: Change, key: ObjectKey, create: str) -> Iterator[PlannedOperation]:
    """The whole exchange; `create` is the statement that makes the new type."""
    name, old = quote.qualified(key.schema, key.name), spare_name(change, key)
    word = "DOMAIN" if key.kind == "domain" else "TYPE"
    yield execute(Phase.SET_ASIDE, f"ALTER {word} {name} RENAME TO {quote.name(old)}")
    yield execute(Phase.RECREATE_TYPE, create)
    yield from convert_columns(change, key)
    yield execute(Phase.DROP_TYPE, f"DROP {word} {quote.qualified(key.schema, old)}")


def convert_columns(change: Change, key: ObjectKey) -> Iterator[PlannedOperation]:
    """Columns of an old type become columns of the new one that has its name."""
    for column, attributes in columns_of_type(change.before, key):
        if change.column_gone(column.schema, column.parent, column.name):
            continue
        after = change.column_after(column.schema, column.parent, column.name)
        if after is None or type_of(after) != type_of(attributes):
            continue  # its type changes anyway, which converts it
        yield from _convert(change, column, attributes, after)


def _convert(change: Change, column: ObjectKey, before: Attributes, after: Attributes) -> Iterator[PlannedOperation]:
    table, name = quote.qualified(column.schema, column.parent), quote.name(column.name)
    place: dict[str, Any] = {"schema": column.schema, "table": column.parent, "column": column.name}
    through = "::text[]" if before.get("array") else "::text"
    chosen = change.hints.usings.get((column.schema, column.parent, column.name))
    target = quote.short(after["type"])
    using = f"({chosen}){through}::{target}" if chosen else f"{name}{through}::{target}"
    if before.get("default") is not None:
        yield PlannedOperation(Phase.DROP_DEFAULT, {"op": "alter_column", **place, "server_default": None})
    yield execute(Phase.ALTER_COLUMN, f"ALTER TABLE {table} ALTER COLUMN {name} TYPE {target} USING {using}")
    if after.get("default") is not None:
        default = quote.short(after["default"])
        yield PlannedOperation(Phase.FILL, {"op": "alter_column", **place, "server_default": default})
