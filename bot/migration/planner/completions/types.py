"""Domains, composite and range types, user-made collations: autogenerate knows none of them."""

from collections.abc import Iterator
from typing import Any

from bot.migration.planner.change import Change
from bot.migration.planner.names import name_at_drop, set_aside
from bot.migration.planner.operations import Phase, PlannedOperation, execute
from bot.migration.planner.type_swap import convert_columns, needs_recreation, recreate_type
from bot.model import Difference, ObjectKey
from bot.schema.compare import attribute
from bot.schema.objects import columns_of_type
from bot.schema.snapshots import Attributes
from bot.sqltext import quote


def operations(change: Change) -> Iterator[PlannedOperation]:
    yield from _domains(change)
    yield from _composites(change)
    for kind, word in (("range", "TYPE"), ("collation", "COLLATION")):
        for attributes in change.new(kind).values():
            if attributes.get("definition"):
                yield execute(Phase.CREATE_RANGE_OR_COLLATION, quote.short(attributes["definition"]))
        for key in change.gone(kind):
            yield from set_aside(change, key)
            name = quote.qualified(key.schema, name_at_drop(change, key))
            yield execute(Phase.DROP_RANGE_OR_COLLATION, f"DROP {word} {name}")


def _domains(change: Change) -> Iterator[PlannedOperation]:
    for key, attributes in change.new("domain").items():
        yield execute(Phase.CREATE_DOMAIN, _create_domain(key, attributes))
    for key in change.gone("domain"):
        yield from set_aside(change, key)
        yield from convert_columns(change, key)
        yield execute(Phase.DROP_DOMAIN, f"DROP DOMAIN {quote.qualified(key.schema, name_at_drop(change, key))}")
    for key, difference in change.changed("domain").items():
        if needs_recreation(key, difference):
            yield from recreate_type(change, key, _create_domain(key, change.after.objects[key]))
        else:
            yield from _alter_domain(key, difference)


def _composites(change: Change) -> Iterator[PlannedOperation]:
    for key, attributes in change.new("composite").items():
        yield execute(Phase.CREATE_COMPOSITE, _create_composite(key, attributes))
    for key in change.gone("composite"):
        yield from set_aside(change, key)
        yield execute(Phase.DROP_TYPE, f"DROP TYPE {quote.qualified(key.schema, name_at_drop(change, key))}")
    for key, difference in change.changed("composite").items():
        if needs_recreation(key, difference) and any(columns_of_type(change.before, key)):
            yield from recreate_type(change, key, _create_composite(key, change.after.objects[key]))
        else:
            yield from _alter_composite(key, difference)


def _create_domain(key: ObjectKey, attributes: Attributes) -> str:
    parts = [f"CREATE DOMAIN {quote.qualified(key.schema, key.name)} AS {quote.short(attributes['base'])}"]
    if attributes.get("collation"):
        parts.append(f"COLLATE {attributes['collation']}")
    if attributes.get("default") is not None:
        parts.append(f"DEFAULT {quote.short(attributes['default'])}")
    if attributes.get("not_null"):
        parts.append("NOT NULL")
    parts += [_constraint(constraint) for constraint in attributes.get("constraints", [])]
    return " ".join(parts)


def _constraint(constraint: dict[str, Any]) -> str:
    return f"CONSTRAINT {quote.name(constraint['name'])} {quote.short(constraint['definition'])}"


def _alter_domain(key: ObjectKey, difference: Difference) -> Iterator[PlannedOperation]:
    alter = f"ALTER DOMAIN {quote.qualified(key.schema, key.name)}"
    default = attribute(difference, "default")
    if default:
        action = "DROP DEFAULT" if default[1] is None else f"SET DEFAULT {quote.short(default[1])}"
        yield execute(Phase.ALTER_COLUMN, f"{alter} {action}")
    not_null = attribute(difference, "not_null")
    if not_null:
        yield execute(Phase.ALTER_COLUMN, f"{alter} {'SET' if not_null[1] else 'DROP'} NOT NULL")
    before, after = attribute(difference, "constraints") or ([], [])
    for constraint in before or []:
        if constraint not in (after or []):
            yield execute(Phase.DROP_CHECK, f"{alter} DROP CONSTRAINT {quote.name(constraint['name'])}")
    for constraint in after or []:
        if constraint not in (before or []):
            yield execute(Phase.ADD_CHECK, f"{alter} ADD {_constraint(constraint)}")


def _create_composite(key: ObjectKey, attributes: Attributes) -> str:
    members = ", ".join(_member(member) for member in attributes["attributes"])
    return f"CREATE TYPE {quote.qualified(key.schema, key.name)} AS ({members})"


def _member(member: dict[str, Any]) -> str:
    collation = f" COLLATE {member['collation']}" if member.get("collation") else ""
    return f"{quote.name(member['name'])} {quote.short(member['type'])}{collation}"


def _alter_composite(key: ObjectKey, difference: Difference) -> Iterator[PlannedOperation]:
    before, after = attribute(difference, "attributes") or ([], [])
    old = {member["name"]: member for member in before or []}
    new = {member["name"]: member for member in after or []}
    alter = f"ALTER TYPE {quote.qualified(key.schema, key.name)}"
    for name in old.keys() - new.keys():
        yield execute(Phase.ALTER_COLUMN, f"{alter} DROP ATTRIBUTE {quote.name(name)}")
    for name, member in new.items():
        if name not in old:
            yield execute(Phase.ALTER_COLUMN, f"{alter} ADD ATTRIBUTE {_member(member)}")
        elif old[name] != member:
            yield execute(
                Phase.ALTER_COLUMN,
                f"{alter} ALTER ATTRIBUTE {quote.name(name)} TYPE {quote.short(member['type'])}",
            )
