"""Comments on anything. Those of new tables and columns are written with them."""

from collections.abc import Iterator
from typing import Any

from bot.migration.planner.change import Change
from bot.migration.planner.operations import Phase, PlannedOperation, execute, operation
from bot.model import ObjectKey
from bot.sqltext import quote

_WORDS = {
    "enum": "TYPE",
    "composite": "TYPE",
    "range": "TYPE",
    "materialized_view": "MATERIALIZED VIEW",
    "event_trigger": "EVENT TRIGGER",
}
_ON_TABLE = {"constraint", "trigger", "policy", "rule"}
_ALONE = {"schema", "extension", "event_trigger"}


def operations(change: Change) -> Iterator[PlannedOperation]:
    for key, attributes in change.after.objects.items():
        before = change.before.objects.get(key)
        kept = before is not None and key not in change.rebuilt
        was = before.get("comment") if before is not None and kept else None
        now = attributes.get("comment")
        if now == was or (not kept and _written_with(change, key)):
            continue
        yield _comment(key, now)


def _written_with(change: Change, key: ObjectKey) -> bool:
    """CREATE TABLE and ADD COLUMN of Alembic bring the comments of tables and columns."""
    return key.kind in ("table", "column") and (
        change.table_added(key.schema, key.parent or key.name) or key.kind == "column"
    )


def _comment(key: ObjectKey, text: str | None) -> PlannedOperation:
    if key.kind == "table":
        if text is None:
            return operation(Phase.COMMENT, "drop_table_comment", schema=key.schema, table=key.name)
        return operation(Phase.COMMENT, "create_table_comment", schema=key.schema, table=key.name, comment_text=text)
    if key.kind == "column":
        place: dict[str, Any] = {"schema": key.schema, "table": key.parent, "column": key.name}
        return operation(Phase.COMMENT, "alter_column", **place, comment_text=text)
    value = "NULL" if text is None else quote.literal(text)
    return execute(Phase.COMMENT, f"COMMENT ON {_target(key)} IS {value}")


def _target(key: ObjectKey) -> str:
    word = _WORDS.get(key.kind, key.kind.upper())
    if key.kind in _ON_TABLE:
        return f"{word} {quote.name(key.name)} ON {quote.qualified(key.schema, key.parent)}"
    if key.kind in _ALONE:
        return f"{word} {quote.name(key.name)}"
    if key.kind in ("function", "aggregate"):
        name, _, arguments = key.name.partition("(")
        return f"{word} {quote.qualified(key.schema, name)}({arguments}"
    return f"{word} {quote.qualified(key.schema, key.name)}"
