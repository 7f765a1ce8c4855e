"""Tables: created parents first, dropped children first; storage, tablespace, row security, inheritance.

Autogenerate drops tables in the order of a Python set, never creates a `use_alter` foreign key, and does not
see what a table is apart from its columns.
"""

from collections.abc import Iterator
from typing import Any

from bot.migration.planner.change import Change
from bot.migration.planner.late_keys import made_later
from bot.migration.planner.names import name_at_drop, set_aside
from bot.migration.planner.operations import Phase, PlannedOperation, execute, operation
from bot.migration.planner.storage import alter_storage
from bot.model import Difference, ObjectKey
from bot.schema.compare import attribute
from bot.schema.objects import Table, inherited, partitioned
from bot.schema.table_order import creation_order
from bot.sqltext import quote


def operations(change: Change) -> Iterator[PlannedOperation]:
    added = creation_order(change.after, [_table(key) for key in change.new("table")])
    for position, (schema, table) in enumerate(added):
        later = sorted(made_later(change, added, (schema, table)))
        extra: dict[str, Any] = {"without_constraints": later} if later else {}
        yield operation(Phase.CREATE_TABLE, "create_table", position=position, schema=schema, table=table, **extra)
        attributes = change.after.objects[ObjectKey("table", schema, "", table)]
        if attributes.get("partition_of"):
            continue
        yield from _security(schema, table, {}, attributes)
    removed = creation_order(change.before, [_table(key) for key in change.gone("table")])
    for position, (schema, table) in enumerate(reversed(removed)):
        key = ObjectKey("table", schema, "", table)
        yield from set_aside(change, key)
        name = name_at_drop(change, key)
        yield operation(Phase.DROP_TABLE, "drop_table", position=position, schema=schema, table=name)
    for key, difference in change.changed("table").items():
        yield from _alter(key, difference)


def _table(key: ObjectKey) -> Table:
    return key.schema, key.name


def _security(schema: str, table: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[PlannedOperation]:
    name = quote.qualified(schema, table)
    for option, yes, no in (
        ("row_security", "ENABLE", "DISABLE"),
        ("force_row_security", "FORCE", "NO FORCE"),
    ):
        if bool(before.get(option)) != bool(after.get(option)):
            word = yes if after.get(option) else no
            yield execute(Phase.ROW_SECURITY, f"ALTER TABLE {name} {word} ROW LEVEL SECURITY")


def _alter(key: ObjectKey, difference: Difference) -> Iterator[PlannedOperation]:
    alter = f"ALTER TABLE {quote.qualified(key.schema, key.name)}"
    before, after = difference.before or {}, difference.after or {}
    yield from _security(key.schema, key.name, before, after)
    persistence = attribute(difference, "persistence")
    if persistence:
        yield execute(Phase.ALTER_TABLE, f"{alter} SET {'UNLOGGED' if persistence[1] == 'u' else 'LOGGED'}")
    yield from alter_storage(Phase.ALTER_TABLE, alter, difference)
    yield from _partition(key, difference)
    if attribute(difference, "inherits"):
        old, new = set(inherited(before)), set(inherited(after))
        for parent in sorted(old - new):
            yield execute(Phase.ALTER_TABLE, f"{alter} NO INHERIT {quote.qualified(*parent)}")
        for parent in sorted(new - old):
            yield execute(Phase.INHERIT, f"{alter} INHERIT {quote.qualified(*parent)}")
    identity = attribute(difference, "replica_identity")
    if identity:
        word = {"d": "DEFAULT", "f": "FULL", "n": "NOTHING"}.get(str(identity[1]))
        if word:
            yield execute(Phase.ALTER_TABLE, f"{alter} REPLICA IDENTITY {word}")
    method = attribute(difference, "access_method")
    if method and method[1]:
        yield execute(Phase.ALTER_TABLE, f"{alter} SET ACCESS METHOD {quote.name(method[1])}")


def _partition(key: ObjectKey, difference: Difference) -> Iterator[PlannedOperation]:
    """A table that joins a partitioned one, leaves it, or gets other bounds."""
    parent, bound = attribute(difference, "partition_of"), attribute(difference, "partition_bound")
    if not parent and not bound:
        return
    before, after = difference.before or {}, difference.after or {}
    old, new = partitioned(before), partitioned(after)
    table = quote.qualified(key.schema, key.name)
    if old:
        yield execute(Phase.DETACH_PARTITION, f"ALTER TABLE {quote.qualified(*old)} DETACH PARTITION {table}")
    if new:
        attach = f"ALTER TABLE {quote.qualified(*new)} ATTACH PARTITION {table} {after.get('partition_bound')}"
        yield execute(Phase.ATTACH_PARTITION, attach)
