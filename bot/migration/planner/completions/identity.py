"""Identity columns and serial columns: from one to the other, with the counter carried past the rows.

Autogenerate does not see serial against identity, and its identity changes fail or start at 1 again.
"""

from collections.abc import Iterator

from bot.migration.planner.change import Change
from bot.migration.planner.completions.sequences import carry_on, changed_options
from bot.migration.planner.operations import Phase, PlannedOperation, execute
from bot.model import Difference, ObjectKey
from bot.schema.compare import attribute
from bot.schema.objects import owner
from bot.schema.snapshots import Attributes, Snapshot
from bot.sqltext import quote

_WORDS = {"a": "ALWAYS", "d": "BY DEFAULT"}


def operations(change: Change) -> Iterator[PlannedOperation]:
    for key, difference in change.changed("column").items():
        identity = attribute(difference, "identity")
        if identity:
            yield from _switch(change, key, difference)
    yield from _options(change)


def _switch(change: Change, key: ObjectKey, difference: Difference) -> Iterator[PlannedOperation]:
    before, after = attribute(difference, "identity") or ("", "")
    alter = f"ALTER TABLE {quote.qualified(key.schema, key.parent)} ALTER COLUMN {quote.name(key.name)}"
    column = (key.schema, key.parent, key.name)
    if before and after:
        yield execute(Phase.ALTER_COLUMN, f"{alter} SET GENERATED {_WORDS[after]}")
    elif after:
        yield from _drop_serial(change, key)
        options = _identity_options(change.after, column)
        yield execute(Phase.SET_DEFAULT, f"{alter} ADD GENERATED {_WORDS[after]} AS IDENTITY{options}")
        sequence = f"pg_get_serial_sequence({_text(key)}, {quote.literal(key.name)})"
        yield execute(Phase.SET_SEQUENCE, carry_on(sequence, column))
    else:
        yield execute(Phase.DROP_DEFAULT, f"{alter} DROP IDENTITY")
        default = change.after.objects[key].get("default")
        if default is not None:
            yield execute(Phase.SET_DEFAULT, f"{alter} SET DEFAULT {quote.short(default)}")
            for name, attributes in _owned(change.after, column):
                yield from _serial_sequence(name, attributes, column)


def _text(key: ObjectKey) -> str:
    """The table's name as pg_get_serial_sequence wants it: quoted as SQL, in a literal."""
    return quote.literal(quote.qualified(key.schema, key.parent))


def _drop_serial(change: Change, key: ObjectKey) -> Iterator[PlannedOperation]:
    column = (key.schema, key.parent, key.name)
    alter = f"ALTER TABLE {quote.qualified(key.schema, key.parent)} ALTER COLUMN {quote.name(key.name)}"
    if change.before.objects[key].get("default") is not None:
        yield execute(Phase.DROP_DEFAULT, f"{alter} DROP DEFAULT")
    for name, _ in _owned(change.before, column):
        yield execute(Phase.DROP_DEFAULT_SEQUENCE, f"DROP SEQUENCE {quote.qualified(name.schema, name.name)}")


def _owned(snapshot: Snapshot, column: tuple[str, str, str]) -> list[tuple[ObjectKey, Attributes]]:
    return [(key, attributes) for key, attributes in snapshot.of("sequence").items() if owner(attributes) == column]


def _serial_sequence(
    name: ObjectKey, attributes: Attributes, column: tuple[str, str, str]
) -> Iterator[PlannedOperation]:
    kind = "" if attributes["type"] == "bigint" else f" AS {attributes['type']}"
    sequence = quote.qualified(name.schema, name.name)
    target = f"{quote.qualified(column[0], column[1])}.{quote.name(column[2])}"
    yield execute(Phase.CREATE_SEQUENCE, f"CREATE SEQUENCE {sequence}{kind}")
    yield execute(Phase.OWN_SEQUENCE, f"ALTER SEQUENCE {sequence} OWNED BY {target}")
    yield execute(Phase.SET_SEQUENCE, carry_on(quote.literal(sequence), column))


def _identity_options(snapshot: Snapshot, column: tuple[str, str, str]) -> str:
    for _, attributes in _owned(snapshot, column):
        words = changed_options(_plain(attributes), attributes)
        return f" ({' '.join(words)})" if words else ""
    return ""


def _plain(attributes: Attributes) -> Attributes:
    top = {"smallint": 2**15 - 1, "integer": 2**31 - 1}.get(attributes["type"], 2**63 - 1)
    return {"increment": 1, "minimum": 1, "maximum": top, "start": 1, "cache": 1, "cycle": False}


def _options(change: Change) -> Iterator[PlannedOperation]:
    """Options of a sequence that belongs to an identity column before and after."""
    for key in change.changed("sequence"):
        before, after = change.before.objects[key], change.after.objects[key]
        column = owner(after)
        if column is None or before.get("ownership") != "identity" or after.get("ownership") != "identity":
            continue
        words = [f"SET {word}" for word in changed_options(before, after)]
        if before["type"] != after["type"]:
            # Without this the counter keeps the bounds of the column's old type.
            name = quote.qualified(key.schema, key.name)
            yield execute(Phase.ALTER_SEQUENCE, f"ALTER SEQUENCE {name} AS {after['type']}")
            words = [word for word in words if not word.startswith(("SET MINVALUE", "SET MAXVALUE"))]
        if words:
            table, name = quote.qualified(column[0], column[1]), quote.name(column[2])
            yield execute(Phase.OWN_SEQUENCE, f"ALTER TABLE {table} ALTER COLUMN {name} {' '.join(words)}")
