"""Primary keys, unique, check and exclusion constraints, under the names that the database gives them.

Autogenerate leaves constraints without a name as `None`, so that they cannot be dropped, and sees neither
checks nor changes of columns, deferrability, INCLUDE and the like.
"""

from collections.abc import Iterator
from typing import Any

from bot.migration.planner.change import Change
from bot.migration.planner.late_keys import is_there_throughout, made_later
from bot.migration.planner.names import set_aside
from bot.migration.planner.operations import Phase, PlannedOperation, execute, operation
from bot.model import ObjectKey
from bot.schema.compare import attribute
from bot.schema.objects import Table, foreign_keys, referenced
from bot.schema.snapshots import Attributes
from bot.schema.table_order import creation_order
from bot.sqltext import quote

_WORDS = {"p": "primary", "u": "unique", "c": "check", "x": "exclude", "f": "foreignkey"}


def operations(change: Change) -> Iterator[PlannedOperation]:
    for key, attributes in change.gone("constraint").items():
        if _goes_by_itself(change, key, attributes):
            yield from set_aside(change, key)
        else:
            yield _drop(key, attributes)
    for key, attributes in change.new("constraint").items():
        if not _comes_by_itself(change, key, attributes):
            yield _add(key, attributes)
    for key, difference in change.changed("constraint").items():
        alter = f"ALTER TABLE {quote.qualified(key.schema, key.parent)}"
        validated = attribute(difference, "validated")
        if validated and validated[1]:
            yield execute(Phase.ADD_FOREIGN_KEY, f"{alter} VALIDATE CONSTRAINT {quote.name(key.name)}")
        if attribute(difference, "deferrable") or attribute(difference, "deferred"):
            words = _deferrability(change.after.objects[key])
            statement = f"{alter} ALTER CONSTRAINT {quote.name(key.name)} {words or 'NOT DEFERRABLE'}"
            yield execute(Phase.ADD_FOREIGN_KEY, statement)


def _goes_by_itself(change: Change, key: ObjectKey, attributes: Attributes) -> bool:
    if attributes.get("inherited"):
        return True
    if change.table_removed(key.schema, key.parent):
        # Tables that refer to each other can be dropped only when one of the references is gone; a key, a column or
        # its type, only when nothing refers to it.
        return attributes["type"] != "f" or (
            not _in_cycle(change, key, attributes) and is_there_throughout(change, attributes)
        )
    if attributes["type"] == "f":
        return False
    columns = attributes.get("columns", [])
    return any(change.column_gone(key.schema, key.parent, column) for column in columns)


def _in_cycle(change: Change, key: ObjectKey, attributes: Attributes) -> bool:
    """Whether the foreign key's target refers back (through any number of tables), among removed tables."""
    start = (key.schema, key.parent)
    queue, seen = [referenced(attributes)], set[Table]()
    if queue[0] == start:
        return False
    while queue:
        table = queue.pop()
        if table == start:
            return True
        if table in seen or not change.table_removed(*table):
            continue
        seen.add(table)
        queue.extend(target for _, _, target in foreign_keys(change.before, table))
    return False


def _comes_by_itself(change: Change, key: ObjectKey, attributes: Attributes) -> bool:
    if attributes.get("inherited"):
        return True
    if not change.table_added(key.schema, key.parent):
        return False
    if attributes["type"] != "f":
        return True
    order = creation_order(change.after, [(table.schema, table.name) for table in change.new("table")])
    return key.name not in made_later(change, order, (key.schema, key.parent))


def _drop(key: ObjectKey, attributes: Attributes) -> PlannedOperation:
    kind = attributes["type"]
    phase = {"f": Phase.DROP_FOREIGN_KEY, "c": Phase.DROP_CHECK}.get(kind, Phase.DROP_KEY)
    place: dict[str, Any] = {"schema": key.schema, "table": key.parent, "name": key.name}
    if kind == "x":
        alter = f"ALTER TABLE {quote.qualified(key.schema, key.parent)}"
        return execute(phase, f"{alter} DROP CONSTRAINT {quote.name(key.name)}")
    return operation(phase, "drop_constraint", **place, type_=_WORDS[kind])


def _add(key: ObjectKey, attributes: Attributes) -> PlannedOperation:
    kind = attributes["type"]
    place: dict[str, Any] = {"schema": key.schema, "table": key.parent, "name": key.name}
    if kind == "f":
        return _foreign_key(key, attributes, place)
    if kind == "c" and attributes.get("validated", True) and not attributes.get("no_inherit"):
        condition = quote.short(attributes["expression"])
        return operation(Phase.ADD_CHECK, "create_check_constraint", **place, condition=condition)
    simple = _is_simple(attributes)
    if kind == "p" and simple:
        return operation(Phase.ADD_PRIMARY_KEY, "create_primary_key", **place, columns=attributes["columns"])
    if kind == "u" and simple:
        extra = _initially(attributes)
        return operation(Phase.ADD_UNIQUE, "create_unique_constraint", **place, columns=attributes["columns"], **extra)
    phase = Phase.ADD_SPECIAL_CHECK if kind == "c" else Phase.ADD_SPECIAL_KEY
    return _by_definition(phase, key, attributes)


def _by_definition(phase: Phase, key: ObjectKey, attributes: Attributes) -> PlannedOperation:
    alter = f"ALTER TABLE {quote.qualified(key.schema, key.parent)}"
    definition = quote.short(attributes["definition"])
    return execute(phase, f"{alter} ADD CONSTRAINT {quote.name(key.name)} {definition}")


def _is_simple(attributes: Attributes) -> bool:
    """Whether Alembic's operation can say all of it."""
    unsaid = ("include_columns", "nulls_not_distinct", "options", "tablespace", "without_overlaps")
    return not any(attributes.get(name) for name in unsaid) and (
        attributes["type"] != "p" or not attributes.get("deferrable")
    )


def _initially(attributes: Attributes) -> dict[str, Any]:
    if not attributes.get("deferrable"):
        return {}
    return {"deferrable": True, "initially": "DEFERRED" if attributes.get("deferred") else "IMMEDIATE"}


def _deferrability(attributes: Attributes) -> str:
    if not attributes.get("deferrable"):
        return ""
    return f"DEFERRABLE INITIALLY {'DEFERRED' if attributes.get('deferred') else 'IMMEDIATE'}"


def _foreign_key(key: ObjectKey, attributes: Attributes, place: dict[str, Any]) -> PlannedOperation:
    if not attributes.get("validated", True) or "(" in str(attributes.get("on_delete") or ""):
        return _by_definition(Phase.ADD_FOREIGN_KEY, key, attributes)
    extra: dict[str, Any] = _initially(attributes)
    for name, argument in (("on_update", "onupdate"), ("on_delete", "ondelete")):
        if attributes.get(name) not in (None, "", "NO ACTION"):
            extra[argument] = attributes[name]
    if attributes.get("match") not in (None, "", "SIMPLE"):
        extra["match"] = attributes["match"]
    schema, table = referenced(attributes)
    return operation(
        Phase.ADD_FOREIGN_KEY,
        "create_foreign_key",
        **place,
        columns=attributes["columns"],
        ref_schema=schema,
        ref_table=table,
        ref_columns=attributes["references_columns"],
        **extra,
    )
