"""Sequences: free-standing ones, and those behind serial columns; identity columns look after their own."""

from collections.abc import Iterator

from bot.migration.planner.change import Change
from bot.migration.planner.names import name_at_drop, set_aside
from bot.migration.planner.operations import Phase, PlannedOperation, execute
from bot.model import Difference, ObjectKey
from bot.schema.objects import owner
from bot.schema.snapshots import Attributes
from bot.sqltext import quote

_OPTIONS = ("type", "increment", "minimum", "maximum", "start", "cache", "cycle")


def operations(change: Change) -> Iterator[PlannedOperation]:
    for key, attributes in change.new("sequence").items():
        if attributes.get("ownership") != "identity" and not _comes_with_table(change, attributes):
            yield from _create(change, key, attributes)
    for key, attributes in change.gone("sequence").items():
        yield from set_aside(change, key)
        if attributes.get("ownership") != "identity" and not _goes_with_owner(change, attributes):
            name = quote.qualified(key.schema, name_at_drop(change, key))
            yield execute(Phase.DROP_SEQUENCE, f"DROP SEQUENCE {name}")
    for key, difference in change.changed("sequence").items():
        if "ownership" in (difference.before or {}):
            continue  # serial to identity or back: the column's completion does it
        yield from _alter(change, key, difference)


def options(attributes: Attributes) -> str:
    """The options of CREATE SEQUENCE that differ from what the server would choose."""
    words = []
    if attributes["type"] != "bigint":
        words.append(f"AS {attributes['type']}")
    words += changed_options(_defaults(attributes["type"], attributes["increment"]), attributes)
    return " ".join(words)


def changed_options(before: Attributes, after: Attributes) -> list[str]:
    """The clauses that lead from one set of options to the other (without the type)."""
    words = []
    for option, clause in (
        ("increment", "INCREMENT BY"),
        ("minimum", "MINVALUE"),
        ("maximum", "MAXVALUE"),
        ("start", "START WITH"),
        ("cache", "CACHE"),
    ):
        if after.get(option) != before.get(option):
            words.append(f"{clause} {after[option]}")
    if bool(after.get("cycle")) != bool(before.get("cycle")):
        words.append("CYCLE" if after.get("cycle") else "NO CYCLE")
    return words


def _defaults(type_name: str, increment: int) -> Attributes:
    top = {"smallint": 2**15 - 1, "integer": 2**31 - 1}.get(type_name, 2**63 - 1)
    rising = increment > 0
    return {
        "increment": 1,
        "minimum": 1 if rising else -top - 1,
        "maximum": top if rising else -1,
        "start": 1 if rising else -1,
        "cache": 1,
        "cycle": False,
    }


def _comes_with_table(change: Change, attributes: Attributes) -> bool:
    """CREATE TABLE writes SERIAL, which makes the sequence."""
    column = owner(attributes)
    if column is None or not change.table_added(column[0], column[1]):
        return False
    return attributes.get("ownership") == "serial" and _is_serial_key(change, column)


def _is_serial_key(change: Change, column: tuple[str, str, str]) -> bool:
    schema, table, name = column
    attributes = change.column_after(schema, table, name) or {}
    return "nextval(" in (attributes.get("default") or "")


def _goes_with_owner(change: Change, attributes: Attributes) -> bool:
    column = owner(attributes)
    if column is None:
        return False
    return change.table_removed(column[0], column[1]) or change.column_gone(*column)


def _create(change: Change, key: ObjectKey, attributes: Attributes) -> Iterator[PlannedOperation]:
    name = quote.qualified(key.schema, key.name)
    yield execute(Phase.CREATE_SEQUENCE, f"CREATE SEQUENCE {name} {options(attributes)}".rstrip())
    column = owner(attributes)
    if column is None:
        return
    yield execute(Phase.OWN_SEQUENCE, f"ALTER SEQUENCE {name} OWNED BY {_column(column)}")
    if change.column_before(*column) is not None:
        yield execute(Phase.SET_SEQUENCE, carry_on(quote.literal(name), column))


def carry_on(sequence: str, column: tuple[str, str, str]) -> str:
    """Set a sequence (SQL of its name) past the rows that are there, so that the next INSERT works."""
    schema, table, name = column
    following = f"coalesce(max({quote.name(name)}), 0) + 1"
    return f"SELECT setval({sequence}, {following}, false) FROM {quote.qualified(schema, table)}"


def _column(column: tuple[str, str, str]) -> str:
    schema, table, name = column
    return f"{quote.qualified(schema, table)}.{quote.name(name)}"


def _alter(change: Change, key: ObjectKey, difference: Difference) -> Iterator[PlannedOperation]:
    before, after = change.before.objects[key], change.after.objects[key]
    if after.get("ownership") == "identity" and before.get("ownership") == "identity":
        return
    words = changed_options(before, after)
    if before["type"] != after["type"]:
        # The server moves the bounds along with the type, unless they are given.
        words = [
            f"AS {after['type']}",
            *(word for word in words if not word.startswith(("MINVALUE", "MAXVALUE"))),
        ]
    name = quote.qualified(key.schema, key.name)
    if words:
        yield execute(Phase.ALTER_SEQUENCE, f"ALTER SEQUENCE {name} {' '.join(words)}")
    if "owned_by" in {*(difference.before or {}), *(difference.after or {})}:
        column = owner(after)
        target = _column(column) if column else "NONE"
        phase = Phase.OWN_SEQUENCE if column else Phase.CREATE_SEQUENCE
        yield execute(phase, f"ALTER SEQUENCE {name} OWNED BY {target}")
    if before.get("persistence") != after.get("persistence"):
        word = "UNLOGGED" if after.get("persistence") == "u" else "LOGGED"
        yield execute(Phase.OWN_SEQUENCE, f"ALTER SEQUENCE {name} SET {word}")
