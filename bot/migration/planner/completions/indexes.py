"""Indexes: method, predicate, operator class, INCLUDE and storage, of which autogenerate compares little."""

from collections.abc import Iterator
from typing import Any

from bot.migration.planner.change import Change
from bot.migration.planner.names import set_aside
from bot.migration.planner.operations import Phase, PlannedOperation, execute, operation
from bot.migration.planner.storage import alter_storage
from bot.model import ObjectKey
from bot.schema.snapshots import Attributes
from bot.sqltext import quote


def operations(change: Change) -> Iterator[PlannedOperation]:
    for key, attributes in change.gone("index").items():
        if _goes_by_itself(change, key, attributes):
            yield from set_aside(change, key)
        else:
            yield operation(Phase.DROP_INDEX, "drop_index", schema=key.schema, table=key.parent, name=key.name)
    for key, attributes in change.new("index").items():
        if attributes.get("inherited"):
            continue
        on_view = ObjectKey("materialized_view", key.schema, "", key.parent) in change.after.objects
        yield _create(change, key, attributes, on_view)
    for key, difference in change.changed("index").items():
        alter = f"ALTER INDEX {quote.qualified(key.schema, key.name)}"
        yield from alter_storage(Phase.CREATE_INDEX, alter, difference)


def _goes_by_itself(change: Change, key: ObjectKey, attributes: Attributes) -> bool:
    if attributes.get("inherited") or change.table_removed(key.schema, key.parent):
        return True
    if change.gone("materialized_view").get(ObjectKey("materialized_view", key.schema, "", key.parent)) is not None:
        return True
    columns = [*attributes.get("columns", []), *(attributes.get("include") or [])]
    return any(change.column_gone(key.schema, key.parent, column) for column in columns)


def _create(change: Change, key: ObjectKey, attributes: Attributes, on_view: bool) -> PlannedOperation:
    definition = quote.short(attributes["definition"])
    if on_view:
        return execute(Phase.CREATE_VIEW_INDEX, definition)
    if change.hints.literal:
        return execute(Phase.CREATE_INDEX, definition)
    place: dict[str, Any] = {"schema": key.schema, "table": key.parent, "name": key.name}
    if key.name in change.hints.concurrently:
        return operation(Phase.OUTSIDE_TRANSACTION, "create_index", **place, definition=definition, autocommit=True)
    return operation(Phase.CREATE_INDEX, "create_index", **place, definition=definition)
