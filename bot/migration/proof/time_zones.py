"""Conversions that give other values where the session has another time zone than the bot's.

In: a database with rows, before the migration. Out: the columns, by their new names, that come out differently.
"""

from collections.abc import Iterator

from bot.migration.intent.expected_data import ExpectedData
from bot.migration.planner.casts import family
from bot.migration.proof import reruns
from bot.migration.proof.losses import RowChange
from bot.migration.proof.options import RoundTripOptions
from bot.migration.proof.rows import RowSnapshot
from bot.migration.testbed.testbed import Testbed
from bot.model import ObjectKey, StepError
from bot.sqltext import quote

_ZONE = "America/St_Johns"  # neither UTC nor at whole hours from it
_AWARE = "with time zone"
# What makes something else of a moment.
_READS = {
    *("to_char", "extract", "date_part", "date_trunc", "text", "varchar", "date", "time"),
    *("concat", "concat_ws", "format"),
}


def retyped(testbed: Testbed, expected: ExpectedData) -> list[ObjectKey]:
    """Columns that lose or gain a time zone with their type, by their new names."""
    found = []
    for key, before in testbed.old.of("column").items():
        new = ObjectKey("column", *expected.new_column((key.schema, key.parent, key.name)))
        after = testbed.target.objects.get(new)
        if after is not None and (_AWARE in before["type"]) != (_AWARE in after["type"]):
            found.append(new)
    return found


def filled(testbed: Testbed, options: RoundTripOptions) -> list[ObjectKey]:
    """New columns that the author's SQL may fill from moments of the other kind, with a time zone or without."""
    said = options.mentioned
    spoken = [a["type"] for key, a in testbed.old.of("column").items() if {key.name, key.parent} <= said]
    aware = any(_AWARE in name for name in spoken)
    naive = any(_AWARE not in name and family(name) == "moment" for name in spoken)
    found = []
    for key, attributes in testbed.target.of("column").items():
        column = key.schema, key.parent, key.name
        if key.parent not in said or ObjectKey("column", *options.expected.old_column(column)) in testbed.old.objects:
            continue
        of_aware = _AWARE not in attributes["type"] and (family(attributes["type"]) == "moment" or bool(said & _READS))
        if not attributes.get("generated") and ((aware and of_aware) or (naive and _AWARE in attributes["type"])):
            found.append(key)
    return found


def upgraded(testbed: Testbed, name: str) -> RowSnapshot | StepError:
    """The rows of a copy of a database that is upgraded in another time zone, or what stops that."""

    def leave(other: str) -> None:
        with testbed.session(other) as connection, connection.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {quote.name(other)} SET timezone = {quote.literal(_ZONE)}")

    return reruns.upgraded(testbed, name, "zone", leave)


def different(columns: list[ObjectKey], here: RowSnapshot, there: RowSnapshot) -> list[ObjectKey]:
    """Those of the columns whose values are not the same in both."""
    return [key for key in columns if reruns.has_other_values((key.schema, key.parent), key.name, here, there)]


def changes(columns: list[ObjectKey], here: RowSnapshot) -> Iterator[RowChange]:
    """New columns of which one zone's values are another's no more."""
    for key in columns:
        table = key.schema, key.parent
        yield RowChange("zoned", "warning", table, key.name, "upgrade", len(here.tables[table].rows))
