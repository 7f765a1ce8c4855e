"""The same upgrade under other circumstances, in a copy of a database with rows.

In: a database before the migration, and what prepares the copy. Out: the rows that the upgrade leaves there, or what
stops it.
"""

from collections.abc import Callable

from bot.errors import ProjectError
from bot.migration.intent.expected_data import Table
from bot.migration.proof import rows
from bot.migration.proof.proof import error_of
from bot.migration.proof.rows import RowSnapshot
from bot.migration.testbed.testbed import Testbed
from bot.model import StepError


def upgraded(
    testbed: Testbed, name: str, label: str, prepare: Callable[[str], None] | None = None
) -> RowSnapshot | StepError:
    """The rows of a copy of database `name`, which `prepare` gets by its name, or what stops the upgrade there."""
    with testbed.databases.temporary(label, name) as other:
        if prepare is not None:
            prepare(other)
        try:
            testbed.worker.upgrade(testbed.address(other), "heads")
        except ProjectError as error:
            return error_of(error)
        with testbed.reading_session(other) as connection:
            return rows.read(connection, testbed.snapshot(other))


def has_other_values(table: Table, column: str, here: RowSnapshot, there: RowSnapshot) -> bool:
    """Whether a column of both has other values in one than in the other, whichever row has them."""
    sides = [side.tables.get(table) for side in (here, there)]
    values = [
        sorted(row[side.columns.index(column)] or "" for row in side.rows)
        for side in sides
        if side is not None and column in side.columns
    ]
    return len(values) == 2 and values[0] != values[1]
