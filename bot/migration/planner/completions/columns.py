"""Columns that come and go. A new NOT NULL column meets rows: nullable, fill, NOT NULL."""

import re
from collections.abc import Iterator
from typing import Any

from bot.migration.planner.casts import neutral
from bot.migration.planner.change import Change
from bot.migration.planner.operations import Phase, PlannedOperation, execute, operation
from bot.migration.planner.unique_values import distinct
from bot.model import ObjectKey
from bot.schema.objects import foreign_keys, needs_fill, parents, type_key, unique_keys
from bot.schema.snapshots import Attributes
from bot.sqltext import quote
from bot.sqltext.expressions import enclosed

_OF_EACH_ROW = ("nextval(", "random")  # functions that do not give all rows of a statement the same


def operations(change: Change) -> Iterator[PlannedOperation]:
    for key, attributes in change.new("column").items():
        if change.table_added(key.schema, key.parent):
            yield from _rows_of_new_table(change, key)
        elif not _inherited(change, key):
            yield from _add(change, key, attributes)
    for key in change.gone("column"):
        if change.table_removed(key.schema, key.parent) or _inherited(change, key):
            continue
        # A column that is recreated must be gone before; any other stays until values were taken from it. What is
        # computed goes before its sources, and a parent's column before the child's own.
        yield operation(_drop_phase(change, key), "drop_column", schema=key.schema, table=key.parent, column=key.name)


def _drop_phase(change: Change, key: ObjectKey) -> Phase:
    attributes = change.before.objects[key]
    if attributes.get("generated") is not None:
        return Phase.DROP_COMPUTED
    local = bool(attributes.get("local"))
    if key in change.rebuilt:
        return Phase.DROP_REBUILT_LOCAL_COLUMN if local else Phase.DROP_REBUILT_COLUMN
    return Phase.DROP_LOCAL_COLUMN if local else Phase.DROP_COLUMN


def _inherited(change: Change, key: ObjectKey) -> bool:
    """Partitions and inheriting tables get and lose the columns of their parents by themselves."""
    for snapshot in (change.after, change.before):
        table = snapshot.objects.get(ObjectKey("table", key.schema, "", key.parent), {})
        own = snapshot.objects.get(key, {}).get("local")
        if not own and any(ObjectKey("column", *parent, key.name) in snapshot.objects for parent in parents(table)):
            return True
    return False


def _rows_of_new_table(change: Change, key: ObjectKey) -> Iterator[PlannedOperation]:
    """The author's SELECT fills the columns that have no default, up to the one it was given for."""
    value = change.hints.fills.get((key.schema, key.parent, key.name), "")
    if not value.lstrip("( ").lower().startswith(("select", "with")):
        return
    names = []
    columns = change.after.children("column", key.schema, key.parent)
    for column, attributes in sorted(columns.items(), key=lambda item: item[1]["position"]):
        if attributes.get("default") is None and not attributes.get("identity") and not attributes.get("generated"):
            names.append(column.name)
        if column == key:
            break
    listed = ", ".join(quote.name(name) for name in names)
    yield execute(Phase.FILL, f"INSERT INTO {quote.qualified(key.schema, key.parent)} ({listed}) {value}")


def _add(change: Change, key: ObjectKey, attributes: Attributes) -> Iterator[PlannedOperation]:
    place: dict[str, Any] = {"schema": key.schema, "table": key.parent, "column": key.name}
    extra: dict[str, Any] = {}
    default = attributes.get("default")
    if default is not None and "nextval(" in default:
        # Alembic writes neither SERIAL nor OWNED BY for a column that is added.
        extra["server_default"] = quote.short(default)
    update = f"UPDATE {quote.qualified(key.schema, key.parent)} SET {quote.name(key.name)}"
    if attributes.get("generated") is not None:
        # After its sources have their types and values.
        yield operation(Phase.ADD_COMPUTED, "add_column", **place)
        return
    # A child's own column comes before its parent's, which then merges with it.
    phase = Phase.ADD_LOCAL_COLUMN if attributes.get("local") else Phase.ADD_COLUMN
    if not needs_fill(attributes):
        yield operation(phase, "add_column", **place, **extra)
        chosen = change.hints.fills.get((key.schema, key.parent, key.name))
        if chosen is None and change.hints.neutral and _alike(change, key, attributes):
            chosen = distinct(attributes["type"])
        if chosen is not None:
            fills = {**place, "value": chosen} if default is None else None
            yield execute(Phase.FILL, f"{update} = {enclosed(chosen)}", fill=fills)
        return
    value = fill(change, key, attributes)
    if value is None and change.hints.neutral:
        value = _allowed(change, key) or _any_value(change, key, attributes)
    yield operation(phase, "add_column", **place, nullable=True)
    if value is not None:
        yield execute(Phase.FILL, f"{update} = {enclosed(value)}", fill={**place, "value": value})
    yield operation(Phase.SET_NOT_NULL, "alter_column", **place, nullable=False)


def fill(change: Change, key: ObjectKey, attributes: Attributes) -> str | None:
    """What rows get: the author's answer or the model's default, else the column's default."""
    chosen = change.hints.fills.get((key.schema, key.parent, key.name))
    if chosen is not None:
        return chosen
    default = attributes.get("default")
    return quote.short(default) if default is not None else None


def _any_value(change: Change, key: ObjectKey, attributes: Attributes) -> str | None:
    """A value for a column whose real values are gone, such that its constraints are likely to hold."""
    parent = _references(change, key)
    if parent:
        schema, table, column = parent
        return f"(SELECT min({quote.name(column)}::text) FROM {quote.qualified(schema, table)})::{attributes['type']}"
    unique = distinct(attributes["type"]) if _unique(change, key) else None
    if unique is not None:
        return unique
    if attributes.get("type_kind") == "enum" and not attributes.get("array"):
        enum = type_key("enum", attributes)
        labels = change.after.objects.get(enum, {}).get("labels") or []
        return quote.literal(labels[0]) if labels else None
    if attributes.get("type_kind") == "domain":
        domain = type_key("domain", attributes)
        base = change.after.objects.get(domain, {}).get("base", "")
        return neutral(base)
    return neutral(attributes["type"])


def _allowed(change: Change, key: ObjectKey) -> str | None:
    """A value that a check of the simple kind accepts: a comparison with a number, a list of words."""
    name = rf"\(?{re.escape(quote.name(key.name))}\)?(?:::\w+)?"
    for attributes in change.after.children("constraint", key.schema, key.parent).values():
        if attributes.get("type") != "c" or key.name not in attributes.get("columns", []):
            continue
        expression = str(attributes["expression"])
        number = re.search(rf"{name} (>=|>|<=|<|=) '?\(?(-?\d+)", expression)
        if number:
            return str(int(number[2]) + {">": 1, "<": -1}.get(number[1], 0))
        words = re.search(rf"{name} (?:= ANY \(+ARRAY\[|= )('(?:[^']|'')*')", expression)
        if words:
            return words[1]
        if re.search(rf"{name} <> ''", expression):
            return "'-'"
    return None


def _references(change: Change, key: ObjectKey) -> tuple[str, str, str] | None:
    for _, attributes, target in foreign_keys(change.after, (key.schema, key.parent)):
        if key.name in attributes["columns"]:
            return *target, attributes["references_columns"][attributes["columns"].index(key.name)]
    return None


def _unique(change: Change, key: ObjectKey) -> list[Attributes]:
    """The keys and unique indexes of which a column is a part."""
    keys = unique_keys(change.after, (key.schema, key.parent))
    return [attributes for attributes in keys if key.name in attributes["columns"]]


def _alike(change: Change, key: ObjectKey, attributes: Attributes) -> bool:
    """Whether all rows get the same in a column that is added with nothing said of them, and must not."""
    default = attributes.get("default")
    if default is not None:
        return bool(_unique(change, key)) and not any(word in default for word in _OF_EACH_ROW)
    return any(unique.get("nulls_not_distinct") for unique in _unique(change, key))
