"""Enum types: autogenerate never creates a type for a new column, never drops one, never sees its labels.

A label that is only added is added in place. Everything else (labels removed or put in another order) makes
the type again and converts the columns that use it, as there is no ALTER TYPE for it.
"""

from collections.abc import Iterator
from typing import Any

from bot.migration.planner.change import Change
from bot.migration.planner.names import name_at_drop, set_aside
from bot.migration.planner.operations import Phase, PlannedOperation, execute
from bot.migration.planner.type_swap import convert_columns, only_added, recreate_type
from bot.model import ObjectKey
from bot.sqltext import quote


def operations(change: Change) -> Iterator[PlannedOperation]:
    for key, attributes in change.new("enum").items():
        yield execute(Phase.CREATE_ENUM, _create(key, attributes["labels"]))
    for key in change.gone("enum"):
        yield from set_aside(change, key)
        yield from convert_columns(change, key)
        yield execute(Phase.DROP_TYPE, f"DROP TYPE {quote.qualified(key.schema, name_at_drop(change, key))}")
    for key, difference in change.changed("enum").items():
        before, after = (difference.before or {}).get("labels"), (difference.after or {}).get("labels")
        if not before or not after:
            continue
        if only_added(before, after):
            yield from _add(change, key, before, after)
        else:
            yield from recreate_type(change, key, _create(key, after))


def _create(key: ObjectKey, labels: list[str]) -> str:
    values = ", ".join(quote.literal(label) for label in labels)
    return f"CREATE TYPE {quote.qualified(key.schema, key.name)} AS ENUM ({values})"


def _add(change: Change, key: ObjectKey, before: list[str], after: list[str]) -> Iterator[PlannedOperation]:
    present = list(before)
    for position, label in enumerate(after):
        if label in present:
            continue
        place = ""
        following = next((other for other in after[position + 1 :] if other in present), None)
        if following is not None:
            place = f" BEFORE {quote.literal(following)}"
        statement = f"ALTER TYPE {quote.qualified(key.schema, key.name)} ADD VALUE {quote.literal(label)}{place}"
        # The server refuses to use a new label in the transaction that added it.
        extra = {"autocommit": True} if _is_used(change, label) else {}
        yield execute(Phase.ADD_ENUM_LABEL, statement, position=position, **extra)
        present.append(label)


def _is_used(change: Change, label: str) -> bool:
    needle = quote.literal(label)
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
