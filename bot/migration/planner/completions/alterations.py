"""What changes in a column that stays: type, collation, default, nullability, storage, and how it is computed.

Autogenerate misses most server defaults, writes type changes without USING and NOT NULL without a thought for
rows that have NULL.
"""

from collections.abc import Iterator
from typing import Any

from bot.migration.planner.casts import bare, convert, family
from bot.migration.planner.change import Change
from bot.migration.planner.completions.columns import fill
from bot.migration.planner.operations import Phase, PlannedOperation, execute, operation
from bot.model import Difference, ObjectKey
from bot.schema.compare import attribute
from bot.schema.objects import type_key
from bot.sqltext import quote
from bot.sqltext.expressions import enclosed


def operations(change: Change) -> Iterator[PlannedOperation]:
    for key, difference in change.changed("column").items():
        place: dict[str, Any] = {"schema": key.schema, "table": key.parent, "column": key.name}
        generated = attribute(difference, "generated")
        if generated and generated[1] is None:
            statement = f"{_alter(key)} DROP EXPRESSION"
            yield execute(Phase.DROP_EXPRESSION, statement)
        if attribute(difference, "type") or attribute(difference, "collation"):
            yield from _type(change, key, place)
        yield from _default(change, key, difference, place)
        not_null = attribute(difference, "not_null")
        if not_null:
            yield from _nullability(change, key, bool(not_null[1]), place)
        yield from _storage(key, difference, change.after.objects[key]["type"])
    yield from _values(change)


def _alter(key: ObjectKey) -> str:
    return f"ALTER TABLE {quote.qualified(key.schema, key.parent)} ALTER COLUMN {quote.name(key.name)}"


def _type(change: Change, key: ObjectKey, place: dict[str, Any]) -> Iterator[PlannedOperation]:
    before, after = change.before.objects[key], change.after.objects[key]
    chosen = change.hints.usings.get((key.schema, key.parent, key.name))
    types = quote.short(before["type"]), quote.short(after["type"])
    using = enclosed(chosen) if chosen else convert(quote.name(key.name), *types, back=change.hints.neutral).using
    if before.get("default") is not None and _default_in_the_way(change, key):
        yield operation(Phase.DROP_DEFAULT, "alter_column", **place, server_default=None)
    if after.get("collation") or before.get("collation") or "%" in (using or ""):
        # Alembic writes the collation only as a part of types that have one, and hands `USING` to the driver as it is,
        # for which signs of per cent stand for values.
        collation = after.get("collation") or (before.get("collation") and 'pg_catalog."default"')
        statement = f"{_alter(key)} TYPE {quote.short(after['type'])}" + (f" COLLATE {collation}" if collation else "")
        yield execute(Phase.ALTER_COLUMN, statement + (f" USING {using}" if using else ""))
        return
    extra: dict[str, Any] = {"using": using} if using else {}
    yield operation(Phase.ALTER_COLUMN, "alter_column", **place, type=True, **extra)


def _default_in_the_way(change: Change, key: ObjectKey) -> bool:
    """The server converts a default along with the type only where it would convert the values."""
    before, after = change.before.objects[key], change.after.objects[key]
    return family(before["type"]) != family(after["type"])


def _default(
    change: Change, key: ObjectKey, difference: Difference, place: dict[str, Any]
) -> Iterator[PlannedOperation]:
    before, after = change.before.objects[key], change.after.objects[key]
    if after.get("identity") or before.get("identity") or after.get("generated"):
        return
    restored = attribute(difference, "type") and before.get("default") and _default_in_the_way(change, key)
    if not attribute(difference, "default") and not restored:
        return
    default = after.get("default")
    if default is None and restored:
        return  # dropped before the type was changed
    # After ALTER TYPE, before the fill that may use it; a serial's sequence exists by then.
    text = None if default is None else quote.short(default)
    yield operation(Phase.SET_DEFAULT, "alter_column", **place, server_default=text)


def _nullability(change: Change, key: ObjectKey, not_null: bool, place: dict[str, Any]) -> Iterator[PlannedOperation]:
    after = change.after.objects[key]
    if _by_key(change, key, not_null):
        return
    if not not_null:
        yield operation(Phase.DROP_NOT_NULL, "alter_column", **place, nullable=True)
        return
    value = fill(change, key, after)
    if value is not None and not after.get("identity"):
        column = quote.name(key.name)
        table = quote.qualified(key.schema, key.parent)
        update = f"UPDATE {table} SET {column} = {enclosed(value)} WHERE {column} IS NULL"
        yield execute(Phase.FILL, update, fill={**place, "value": value})
    yield operation(Phase.SET_NOT_NULL, "alter_column", **place, nullable=False)


def _by_key(change: Change, key: ObjectKey, not_null: bool) -> bool:
    """A column that joins the primary key becomes NOT NULL by that, but one that leaves it stays so."""
    if not not_null:
        return False
    before = change.before.objects[key]
    return bool(before.get("not_null"))


def _storage(key: ObjectKey, difference: Difference, column_type: str) -> Iterator[PlannedOperation]:
    storage = attribute(difference, "storage")
    words = {"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"}
    if storage:
        # `SET STORAGE DEFAULT` exists since PostgreSQL 16 only.
        usual = "m" if bare(column_type) in ("numeric", "inet", "cidr") else "x"
        word = words.get(str(storage[1] or usual), str(storage[1]))
        yield execute(Phase.SET_STORAGE, f"{_alter(key)} SET STORAGE {word}")
    compression = attribute(difference, "compression")
    if compression:
        word = {"p": "pglz", "l": "lz4"}.get(str(compression[1]), compression[1] or "default")
        yield execute(Phase.SET_STORAGE, f"{_alter(key)} SET COMPRESSION {word}")
    statistics = attribute(difference, "statistics")
    if statistics:
        target = -1 if statistics[1] is None else statistics[1]
        yield execute(Phase.SET_STORAGE, f"{_alter(key)} SET STATISTICS {target}")
    options = attribute(difference, "options")
    if options:
        old, new = set(options[0] or []), set(options[1] or [])
        if new - old:
            yield execute(Phase.SET_STORAGE, f"{_alter(key)} SET ({', '.join(sorted(new - old))})")
        reset = sorted({o.partition("=")[0] for o in old} - {o.partition("=")[0] for o in new})
        if reset:
            yield execute(Phase.SET_STORAGE, f"{_alter(key)} RESET ({', '.join(reset)})")


def _values(change: Change) -> Iterator[PlannedOperation]:
    """New values that the author asked for in columns whose type stays: constraints to come need them."""
    for (schema, table, column), value in change.hints.usings.items():
        key = ObjectKey("column", schema, table, column)
        before, after = change.before.objects.get(key), change.after.objects.get(key)
        if before is None or after is None or before["type"] != after["type"]:
            continue
        if change.differences.get(type_key("enum", after)):
            continue  # converted when its type is recreated
        yield execute(
            Phase.FILL, f"UPDATE {quote.qualified(schema, table)} SET {quote.name(column)} = {enclosed(value)}"
        )
    for (schema, table, column), value in change.hints.fills.items():
        key = ObjectKey("column", schema, table, column)
        if change.hints.neutral or key not in change.before.objects or key not in change.after.objects:
            continue
        if attribute_unchanged(change, key, "not_null"):
            name = quote.name(column)
            table_name = quote.qualified(schema, table)
            update = f"UPDATE {table_name} SET {name} = {enclosed(value)} WHERE {name} IS NULL"
            fill = {"schema": schema, "table": table, "column": column, "value": value}
            yield execute(Phase.FILL, update, fill=fill)


def attribute_unchanged(change: Change, key: ObjectKey, name: str) -> bool:
    difference = change.differences.get(key)
    return difference is None or attribute(difference, name) is None
