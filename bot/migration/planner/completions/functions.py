"""Functions, procedures and aggregates: before the tables that use them, else after the tables they use."""

from collections.abc import Iterator

from bot.migration.planner.change import Change
from bot.migration.planner.operations import Phase, PlannedOperation, execute
from bot.model import ObjectKey
from bot.schema.compare import attribute
from bot.schema.snapshots import Attributes, Snapshot
from bot.sqltext import quote

# Objects that cannot exist without the function they call.
_EARLY = {"column", "table", "constraint", "index", "domain"}


def operations(change: Change) -> Iterator[PlannedOperation]:
    for position, (key, attributes) in enumerate(change.new("function").items()):
        yield execute(_phase(change.after, key), _create(attributes), position=position)
    for key, attributes in change.gone("function").items():
        word = "PROCEDURE" if attributes.get("kind") == "p" else "FUNCTION"
        early = key in change.rebuilt or _speaks_of_what_goes(change, key)
        phase = Phase.DROP_FUNCTION_IN_USE if early else Phase.DROP_FUNCTION
        yield execute(phase, f"DROP {word} {_signature(key)}")
    for position, (key, difference) in enumerate(change.changed("function").items()):
        if attribute(difference, "definition"):
            yield execute(_phase(change.after, key), _create(change.after.objects[key]), position=position)
    for attributes in change.new("aggregate").values():
        if attributes.get("definition"):
            yield execute(Phase.CREATE_AGGREGATE, quote.short(attributes["definition"]))
    for key in change.gone("aggregate"):
        yield execute(Phase.DROP_AGGREGATE, f"DROP AGGREGATE {_signature(key)}")


def _speaks_of_what_goes(change: Change, key: ObjectKey) -> bool:
    """Whether the function's signature holds a row type or type that is dropped as well."""
    return any(
        dependent == key and referenced not in change.after.objects and referenced.kind != "function"
        for dependent, referenced in change.before.depends
    )


def _create(attributes: Attributes) -> str:
    return str(attributes["definition"]).strip()


def _signature(key: ObjectKey) -> str:
    """The name is "name(arguments)" already; only the schema and the quotes are missing."""
    name, _, arguments = key.name.partition("(")
    return f"{quote.qualified(key.schema, name)}({arguments}"


def _phase(snapshot: Snapshot, key: ObjectKey) -> Phase:
    early = any(referenced == key and dependent.kind in _EARLY for dependent, referenced in snapshot.depends)
    return Phase.CREATE_FUNCTION if early else Phase.CREATE_FUNCTION_LATE
