"""The downgrade as it is run some day: with rows that were written after the upgrade.

In: the upgraded database at the end of a round trip. Out, in the proof: what of the old schema only rows of the new
one break, and what the author's downgrade does when it meets such rows.
"""

from bot.errors import ProjectError
from bot.migration.proof import later_rows, restrictions, rows
from bot.migration.proof.comparison import columns_of
from bot.migration.proof.options import RoundTripOptions
from bot.migration.proof.proof import Proof, error_of
from bot.migration.proof.rows import RowSnapshot
from bot.migration.testbed.testbed import Testbed
from bot.schema.compare import compare
from bot.schema.snapshots import Snapshot


def attempt(testbed: Testbed, name: str, options: RoundTripOptions, proof: Proof, migrated: Snapshot) -> None:
    """Note what only the new schema allows; go down once more with later rows where the author's SQL sees them."""
    demands = restrictions.find(migrated, testbed.old, options.expected.old_column)
    writes = any(
        statement.direction == "downgrade" and revision in options.own and later_rows.reads(statement.sql)
        for revision, statement in proof.statements
    )
    if not demands and not writes:
        return
    with testbed.project_session(name) as connection:
        proof.only_new = later_rows.only_new(connection, migrated, demands)
        if not writes:
            return
        changed = {(d.schema, d.parent or d.name) for d in compare(testbed.old, migrated)}
        tables = [table for table in columns_of(migrated) if table in changed]
        later_rows.write(connection, migrated, tables, demands)
    before = _rows(testbed, name, migrated)
    try:
        testbed.worker.downgrade(testbed.address(name), options.down_to)
    except ProjectError as error:
        proof.later_error = error_of(error)
        return
    after = _rows(testbed, name, testbed.snapshot(name))  # a downgrade may leave out what was there before
    for table in after.tables:
        there = before.tables.get(options.expected.new_table(table))
        lost = len(there.rows) - len(after.tables[table].rows) if there else 0
        if lost > 0:
            proof.later_lost.append((table, lost))


def _rows(testbed: Testbed, name: str, snapshot: Snapshot) -> RowSnapshot:
    with testbed.reading_session(name) as connection:
        return rows.read(connection, snapshot)
