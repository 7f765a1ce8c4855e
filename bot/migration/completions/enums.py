"""Enum types: autogenerate never creates a type for a new column, never drops one, never sees its labels.

A label that is only added is added in place. Everything else (labels removed or put in another order) makes
the type anew and converts the columns that use it, as there is no ALTER TYPE for it.
"""

from collections.abc import Iterator
from typing import Any

from bot.migration import sql
from bot.migration.change import Change, attribute
from bot.migration.steps import Phase, Step, execute
from bot.outcome import Difference
from bot.schema.snapshots import Attributes, ObjectKey

_OLD = "__old"


def steps(change: Change) -> Iterator[Step]:
    for key, attributes in change.new("enum").items():
        yield execute(Phase.CREATE_TYPE, _create(key, attributes["labels"]), -1)
    for key in change.gone("enum"):
        yield execute(Phase.DROP_TYPE, f"DROP TYPE {sql.qualified(key.schema, key.name)}")
    for key, difference in change.changed("enum").items():
        before, after = (difference.before or {}).get("labels"), (difference.after or {}).get("labels")
        if not before or not after:
            continue
        if only_added(before, after):
            yield from _add(change, key, before, after)
        else:
            yield from _make_anew(change, key, after)


def only_added(before: list[str], after: list[str]) -> bool:
    """Whether all old labels are still there, in their old order."""
    return [label for label in after if label in before] == before


def is_made_anew(key: ObjectKey, difference: Difference) -> bool:
    """Whether the change of an enum cannot be made in place."""
    if key.kind != "enum" or difference.action != "changed":
        return False
    before, after = attribute(difference, "labels") or ([], [])
    return bool(before and after) and not only_added(before, after)


def users(change: Change, key: ObjectKey) -> Iterator[tuple[ObjectKey, Attributes]]:
    """The columns, before the change, whose type is the enum or an array of it."""
    for column, attributes in change.before.of("column").items():
        if (attributes.get("type_schema"), attributes.get("type_name")) == (key.schema, key.name):
            yield column, attributes


def _create(key: ObjectKey, labels: list[str]) -> str:
    values = ", ".join(sql.literal(label) for label in labels)
    return f"CREATE TYPE {sql.qualified(key.schema, key.name)} AS ENUM ({values})"


def _add(change: Change, key: ObjectKey, before: list[str], after: list[str]) -> Iterator[Step]:
    present = list(before)
    for position, label in enumerate(after):
        if label in present:
            continue
        place = ""
        following = next((other for other in after[position + 1 :] if other in present), None)
        if following is not None:
            place = f" BEFORE {sql.literal(following)}"
        statement = f"ALTER TYPE {sql.qualified(key.schema, key.name)} ADD VALUE {sql.literal(label)}{place}"
        # The server refuses to use a new label in the transaction that added it.
        extra = {"autocommit": True} if _is_used(change, label) else {}
        yield execute(Phase.CREATE_TYPE, statement, position, **extra)
        present.append(label)


def _is_used(change: Change, label: str) -> bool:
    needle = sql.literal(label)
    texts = [str(sql_text) for sql_text in (*change.hints.fills.values(), *change.hints.usings.values())]
    for key, difference in change.differences.items():
        if key.kind != "enum" and difference.after:
            texts.extend(_strings(difference.after))
    return any(needle in text for text in texts)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _make_anew(change: Change, key: ObjectKey, labels: list[str]) -> Iterator[Step]:
    name, old = sql.qualified(key.schema, key.name), key.name + _OLD
    yield execute(Phase.CREATE_TYPE, f"ALTER TYPE {name} RENAME TO {sql.name(old)}", -3)
    yield execute(Phase.CREATE_TYPE, _create(key, labels), -2)
    for column, attributes in users(change, key):
        if change.column_gone(column.schema, column.parent, column.name):
            continue
        after = change.column_after(column.schema, column.parent, column.name)
        if after is None or bare_type(after) != bare_type(attributes):
            continue  # its type changes anyway, which converts it
        yield from _convert(change, column, attributes, after)
    yield execute(Phase.DROP_TYPE, f"DROP TYPE {sql.qualified(key.schema, old)}")


def bare_type(attributes: Attributes) -> tuple[Any, Any]:
    return attributes.get("type_schema"), attributes.get("type_name")


def _convert(change: Change, column: ObjectKey, before: Attributes, after: Attributes) -> Iterator[Step]:
    table, name = sql.qualified(column.schema, column.parent), sql.name(column.name)
    place: dict[str, Any] = {"schema": column.schema, "table": column.parent, "column": column.name}
    through = "::text[]" if before.get("array") else "::text"
    chosen = change.hints.usings.get((column.schema, column.parent, column.name))
    target = sql.short(after["type"])
    using = f"({chosen})::text::{target}" if chosen else f"{name}{through}::{target}"
    if before.get("default") is not None:
        yield Step(Phase.DROP_DEFAULT, {"op": "alter_column", **place, "server_default": None})
    yield execute(Phase.ALTER_COLUMN, f"ALTER TABLE {table} ALTER COLUMN {name} TYPE {target} USING {using}")
    if after.get("default") is not None:
        default = sql.short(after["default"])
        yield Step(Phase.FILL, {"op": "alter_column", **place, "server_default": default})
