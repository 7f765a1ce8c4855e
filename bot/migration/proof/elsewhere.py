"""The same upgrade under other circumstances, in a copy of a database with rows.

In: a database before the migration, and what prepares the copy. Out: the rows that the upgrade leaves there.
"""

from collections.abc import Callable

from bot.errors import ProjectError
from bot.migration.proof import rows
from bot.migration.proof.rows import RowSnapshot
from bot.migration.testbed.testbed import Testbed


def upgraded(testbed: Testbed, name: str, label: str, prepare: Callable[[str], None]) -> RowSnapshot | None:
    """The rows of a copy of database `name`, which `prepare` gets by its name; None where the upgrade stops there."""
    with testbed.databases.temporary(label, name) as other:
        prepare(other)
        try:
            testbed.worker.upgrade(testbed.address(other), "heads")
        except ProjectError:
            return None
        with testbed.reading_session(other) as connection:
            return rows.read(connection, testbed.snapshot(other))
