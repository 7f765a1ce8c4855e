"""The rows that a round trip begins with: the user's own, ordinary ones, and those that break what is new.

In: a copy of the old database and what the round trip is asked to do. Out: its rows, as they are before the upgrade.
"""

from collections.abc import Mapping
from contextlib import suppress

from bot.errors import ProjectError
from bot.migration.planner.change import Column
from bot.migration.proof import restrictions, rows, seeding, sequences
from bot.migration.proof.options import RoundTripOptions
from bot.migration.proof.proof import Proof
from bot.migration.proof.reachable_tables import reachable
from bot.migration.proof.restrictions import Restriction
from bot.migration.proof.rows import RowSnapshot
from bot.migration.testbed.testbed import Testbed
from bot.model import ObjectKey
from bot.schema.objects import Table


def fill(testbed: Testbed, name: str, options: RoundTripOptions, proof: Proof) -> RowSnapshot:
    """Put rows into the database `name`, note in `proof` how many, and read them all."""
    given = dict(options.given)
    if options.style == "awkward":
        given = {column: [*values, *options.edge_values.get(column, [])] for column, values in given.items()}
    if options.style != "none":
        # Checks, defaults and triggers are the project's code: rows are made with the project's rights.
        with testbed.project_session(name) as connection:
            proof.seeded = seeding.seed(connection, testbed.old, _request(testbed, options, given))
        proof.given = testbed.rows_given
        with testbed.reading_session(name) as connection:
            sequences.advance(connection, testbed.old)
    if options.loaded:
        with suppress(ProjectError):  # the upgrade meets it as well, and is judged
            testbed.worker.current(testbed.address(name))
    with testbed.reading_session(name) as connection:
        return rows.read(connection, testbed.old, _kept_results(testbed, options))


def _kept_results(testbed: Testbed, options: RoundTripOptions) -> set[Column]:
    """Stored columns that were generated and no longer are: their values are all that is left of the expression."""
    found = set()
    for key, attributes in testbed.old.of("column").items():
        column = key.schema, key.parent, key.name
        now = testbed.target.objects.get(ObjectKey("column", *options.expected.new_column(column)))
        if attributes.get("generated_kind") == "s" and now is not None and now.get("generated") is None:
            found.add(column)
    return found


def _request(testbed: Testbed, options: RoundTripOptions, given: Mapping[Column, list[str]]) -> seeding.SeedRequest:
    """The rows to ask for: with those that break what is new, but for what the author answers for."""
    found = restrictions.find(testbed.old, testbed.target, options.expected.new_column)
    without = tuple(restriction for restriction in found if _is_left_out(restriction, options))
    return seeding.SeedRequest(
        given=given,
        literals=options.literals,
        style=options.style,
        near=reachable(testbed.old, testbed.target, options.mentioned, *([0] if options.only_near else [])),
        only_near=options.only_near,
        restrictions=tuple(restriction for restriction in found if restriction not in without),
        without=without,
        batch_size=options.batch_size,
        crowded=_crowded(testbed, options),
        ordered=options.ordered,
        mentioned=options.mentioned,
    )


def _crowded(testbed: Testbed, options: RoundTripOptions) -> frozenset[Table]:
    """The tables of which the author's statements may take some rows at a time."""
    if not options.batch_size or options.style != "awkward":
        return frozenset()
    return frozenset((key.schema, key.name) for key in testbed.old.of("table") if key.name in options.mentioned)


def _is_left_out(restriction: Restriction, options: RoundTripOptions) -> bool:
    if options.style != "awkward" or restriction.key in options.without:
        return True
    # Where the bot converts as it was told to, rows have values that can be converted. An author's own statement has
    # to meet the others as well: they are what it is there for.
    return (
        restriction.kind == "type"
        and not options.own
        and any((*restriction.table, c) in options.given for c in restriction.columns.values())
    )
