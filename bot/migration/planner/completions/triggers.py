"""Triggers, rules, event triggers, policies and extended statistics: nothing that autogenerate knows of."""

from collections.abc import Iterator
from typing import Any

from bot.migration.planner.change import Change
from bot.migration.planner.operations import Phase, PlannedOperation, execute
from bot.model import ObjectKey
from bot.schema.compare import attribute
from bot.schema.snapshots import Attributes
from bot.sqltext import quote

_ON_TABLE = {"trigger": "TRIGGER", "rule": "RULE"}
_ENABLED = {"O": "ENABLE", "D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}


def operations(change: Change) -> Iterator[PlannedOperation]:
    for kind, word in _ON_TABLE.items():
        for key in change.gone(kind):
            if not _goes_with_table(change, key):
                yield execute(Phase.DROP_TRIGGER, f"DROP {word} {quote.name(key.name)} ON {_table(key)}")
        for key, attributes in change.new(kind).items():
            yield execute(Phase.CREATE_TRIGGER, quote.short(attributes["definition"]).rstrip(";"))
            if attributes.get("enabled") not in (None, "O"):
                yield _enable(key, attributes["enabled"])
    for key, difference in change.changed("trigger").items():
        enabled = attribute(difference, "enabled")
        if enabled:
            yield _enable(key, enabled[1])
    yield from _policies(change)
    yield from _statistics(change)


def _table(key: ObjectKey) -> str:
    return quote.qualified(key.schema, key.parent)


def _goes_with_table(change: Change, key: ObjectKey) -> bool:
    if change.table_removed(key.schema, key.parent):
        return True
    return any(
        ObjectKey(kind, key.schema, "", key.parent) in change.gone(kind) for kind in ("view", "materialized_view")
    )


def _enable(key: ObjectKey, enabled: Any) -> PlannedOperation:
    word = _ENABLED.get(str(enabled), "ENABLE")
    return execute(Phase.ENABLE_TRIGGER, f"ALTER TABLE {_table(key)} {word} TRIGGER {quote.name(key.name)}")


def _policies(change: Change) -> Iterator[PlannedOperation]:
    for key in change.gone("policy"):
        if not _goes_with_table(change, key):
            yield execute(Phase.DROP_POLICY, f"DROP POLICY {quote.name(key.name)} ON {_table(key)}")
    for key, attributes in change.new("policy").items():
        yield execute(
            Phase.CREATE_POLICY, f"CREATE POLICY {quote.name(key.name)} ON {_table(key)}{_clauses(attributes)}"
        )
    for key, difference in change.changed("policy").items():
        if {*(difference.after or {}), *(difference.before or {})} - {"comment"}:
            attributes = {**change.after.objects[key], "command": None, "permissive": True}
            statement = f"ALTER POLICY {quote.name(key.name)} ON {_table(key)}{_clauses(attributes)}"
            yield execute(Phase.CREATE_POLICY, statement)


def _clauses(attributes: Attributes) -> str:
    words = []
    if not attributes.get("permissive", True):
        words.append("AS RESTRICTIVE")
    command = attributes.get("command")
    if command and command not in ("ALL", "*"):
        words.append(f"FOR {command}")
    roles = attributes.get("roles") or ["public"]
    words.append("TO " + ", ".join("PUBLIC" if role == "public" else quote.name(role) for role in roles))
    if attributes.get("using"):
        words.append(f"USING ({quote.short(attributes['using'])})")
    if attributes.get("check"):
        words.append(f"WITH CHECK ({quote.short(attributes['check'])})")
    return " " + " ".join(words)


def _statistics(change: Change) -> Iterator[PlannedOperation]:
    for key in change.gone("statistics"):
        if not _goes_with_table(change, key):
            yield execute(Phase.DROP_INDEX, f"DROP STATISTICS {quote.qualified(key.schema, key.name)}")
    for attributes in change.new("statistics").values():
        yield execute(Phase.CREATE_STATISTICS, quote.short(attributes["definition"]))
    for key in change.gone("event_trigger"):
        yield execute(Phase.DROP_TRIGGER, f"DROP EVENT TRIGGER {quote.name(key.name)}")
    for attributes in change.new("event_trigger").values():
        if attributes.get("definition"):
            yield execute(Phase.CREATE_EVENT_TRIGGER, quote.short(attributes["definition"]))
