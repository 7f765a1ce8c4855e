"""The proof: upgrade, downgrade, upgrade again, autogenerate again, with rows in the tables.

In: a testbed whose head checkout has the migrations in place. Out: what happened at each step, as the report tells
it. An exception of the project's code is a result here, not an error.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.errors import BotError, ProjectError
from bot.migration.intent.expected_data import ExpectedData
from bot.migration.planner.change import Column
from bot.migration.proof import (
    later_rows,
    reach,
    restrictions,
    rows,
    seeding,
    sequences_behind,
    time_zones,
    violations,
    watched,
)
from bot.migration.proof.comparison import columns_of
from bot.migration.proof.declared_changes import DeclaredChanges
from bot.migration.proof.proof import OutOfSync, Proof
from bot.migration.proof.restrictions import Restriction
from bot.migration.proof.row_journey import RowJourney
from bot.migration.proof.rows import RowSnapshot
from bot.migration.testbed.testbed import Testbed
from bot.migration.trace import relations
from bot.migration.trace.relations import Relations
from bot.migration.trace.replay import replay
from bot.migration.trace.statements import reported
from bot.model import Difference, ObjectKey, Step, StepError, StepName
from bot.project.client.client import Ran
from bot.schema.compare import compare
from bot.schema.snapshots import EMPTY, Snapshot

__all__ = ["Proof", "RoundTripOptions", "columns_of", "prove"]


@dataclass(frozen=True)
class RoundTripOptions:
    """What a round trip is asked to do.

    `down_to` is the revision to go back to; `expected` says what authors want to become of the data; `given` are
    values that rows get in some columns, `odd` more of them in awkward rows; `style` is how awkward the rows are;
    `strict` ends the round trip at the first step that is not as it should be; `own` are the author's revisions,
    whose statements declare what becomes of rows. No row breaks what `without` names; `literals` are values of
    the author's statements, by column, and `mentioned` the words in them.
    """

    down_to: str
    expected: ExpectedData = field(default_factory=ExpectedData)
    given: Mapping[Column, list[str]] = field(default_factory=dict)
    odd: Mapping[Column, list[str]] = field(default_factory=dict)
    style: seeding.Style = "awkward"
    downgrade: bool = True
    strict: bool = False
    own: frozenset[str] = frozenset()
    without: frozenset[ObjectKey] = frozenset()
    literals: Mapping[str, list[str]] = field(default_factory=dict)
    mentioned: frozenset[str] = frozenset()


def prove(testbed: Testbed, options: RoundTripOptions) -> Proof:
    """Make the whole round trip on a seeded copy of the old database."""
    with testbed.copy("proof", testbed.rows_name if options.style != "none" else None) as name:
        trip = _RoundTrip(testbed, options, name)
        trip.make()
        return trip.proof


@dataclass
class _RoundTrip:
    """One round trip in the database `name`."""

    testbed: Testbed
    options: RoundTripOptions
    name: str
    proof: Proof = field(default_factory=Proof)
    watched: Snapshot = EMPTY  # the watched objects after the upgrade

    def make(self) -> None:
        """Go up, down and up again, as far as the steps lead."""
        testbed, options, proof = self.testbed, self.options, self.proof
        proof.before = self._fill()
        journey = RowJourney(testbed, options.expected, proof)
        known = {self._new_name(key) for key in self._behind(testbed.old)}
        counters = self._counters(testbed.old)
        retyped = time_zones.retyped(testbed, options.expected)
        elsewhere = time_zones.upgraded_elsewhere(testbed, self.name) if retyped else None
        migrated = self._up("upgrade")
        if migrated is None:
            proof.violating = self._count_violating()
            return
        if options.strict and not proof.ok:
            return
        proof.after = self._rows(migrated)
        proof.zoned = time_zones.different(retyped, proof.after, elsewhere) if elsewhere else []
        journey.upgraded(self._declared("upgrade"))
        counters = self._look_at_sequences("upgrade", migrated, known, counters)
        if not options.downgrade:
            self._settles()
            return
        returned = self._down()
        if returned is None:
            return
        # The catalog that is there now: what the downgrade leaves out cannot be read.
        journey.downgraded(self._rows(returned), self._declared("downgrade"))
        known_before = {key for key in self._behind(testbed.old) if self._new_name(key) in known}
        counters = self._look_at_sequences("downgrade", returned, known_before, counters)
        if options.strict and not proof.ok:
            return
        again = self._up("upgrade again")
        if again is None:
            return
        journey.upgraded_again(self._rows(again), migrated)
        self._look_at_sequences("upgrade again", again, known, counters)
        self._settles()
        if options.style != "none":
            self._meet_later_rows(migrated)

    def _meet_later_rows(self, migrated: Snapshot) -> None:
        """Note what only the new schema allows; go down once more with later rows where the author's SQL sees them."""
        testbed, proof = self.testbed, self.proof
        demands = restrictions.find(migrated, testbed.old, self.options.expected.old_column)
        writes = any(
            statement.direction == "downgrade" and revision in self.options.own and later_rows.reads(statement.sql)
            for revision, statement in proof.statements
        )
        if not demands and not writes:
            return
        with self._as_project() as connection:
            proof.only_new = later_rows.only_new(connection, migrated, demands)
            if not writes:
                return
            changed = {(d.schema, d.parent or d.name) for d in compare(testbed.old, migrated)}
            tables = [table for table in columns_of(migrated) if table in changed]
            later_rows.write(connection, migrated, tables, demands)
        before = self._rows(migrated)
        try:
            testbed.worker.downgrade(testbed.address(self.name), self.options.down_to)
        except ProjectError as error:
            proof.later_error = StepError(type=error.kind, message=error.message, log_tail=error.log_tail)
            return
        after = self._rows(testbed.old)
        for table in after.tables:
            there = before.tables.get(self.options.expected.new_table(table))
            lost = len(there.rows) - len(after.tables[table].rows) if there else 0
            if lost > 0:
                proof.later_lost.append((table, lost))

    def _fill(self) -> RowSnapshot:
        # Checks, defaults and triggers are the project's code: rows are made with the project's rights.
        options = self.options
        given = dict(options.given)
        if options.style == "awkward":
            given = {column: [*values, *options.odd.get(column, [])] for column, values in given.items()}
        with self._as_project() as connection:
            if options.style != "none":
                self.proof.seeded = seeding.seed(connection, self.testbed.old, self._wanted_rows(given))
        with self._as_administrator() as connection:
            if options.style != "none":
                self.proof.given = self.testbed.rows_given
                sequences_behind.advance(connection, self.testbed.old)
            return rows.read(connection, self.testbed.old)

    def _wanted_rows(self, given: Mapping[Column, list[str]]) -> seeding.SeedRequest:
        """The rows to ask for: with those that break what is new, but for what the author answers for."""
        testbed, options = self.testbed, self.options
        found = restrictions.find(testbed.old, testbed.target, options.expected.new_column)
        without = tuple(restriction for restriction in found if self._is_left_out(restriction))
        return seeding.SeedRequest(
            given=given,
            literals=options.literals,
            style=options.style,
            near=reach.near(testbed.old, testbed.target, options.mentioned),
            restrictions=tuple(restriction for restriction in found if restriction not in without),
            without=without,
        )

    def _is_left_out(self, restriction: Restriction) -> bool:
        if self.options.style != "awkward" or restriction.key in self.options.without:
            return True
        # A column that is given values which can be converted has those that cannot, if any, among them.
        return restriction.kind == "type" and any(
            (*restriction.table, c) in self.options.given for c in restriction.columns.values()
        )

    @contextmanager
    def _as_project(self) -> Iterator[Connection]:
        connection = self.testbed.address(self.name).connect()
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def _as_administrator(self) -> Iterator[Connection]:
        connection = self.testbed.databases.connect(self.name)
        try:
            yield connection
        finally:
            connection.close()

    def _relations(self) -> Relations:
        with self._as_administrator() as connection:
            return relations.read(connection)

    def _rows(self, snapshot: Snapshot) -> RowSnapshot:
        with self._as_administrator() as connection:
            return rows.read(connection, snapshot)

    def _behind(self, snapshot: Snapshot) -> set[ObjectKey]:
        with self._as_administrator() as connection:
            return sequences_behind.behind(connection, snapshot)

    def _counters(self, snapshot: Snapshot) -> sequences_behind.Positions:
        with self._as_administrator() as connection:
            return sequences_behind.positions(connection, snapshot)

    def _look_at_sequences(
        self, step: StepName, snapshot: Snapshot, known: set[ObjectKey], before: sequences_behind.Positions
    ) -> sequences_behind.Positions:
        """Note the sequences that a step left behind their keys, or let start over; where they stand now."""
        now = self._counters(snapshot)
        told = {found.key for found in self.proof.out_of_sync}
        found = [*sorted(self._behind(snapshot) - known), *sequences_behind.started_over(before, now, snapshot)]
        self.proof.out_of_sync += [OutOfSync(key, step) for key in found if key not in told]
        return now

    def _new_name(self, key: ObjectKey) -> ObjectKey:
        return ObjectKey("column", *self.options.expected.new_column((key.schema, key.parent, key.name)))

    def _count_violating(self) -> dict[str, int]:
        """How many rows stand against the constraints that the failed step named; the project's functions may run."""
        error = self.proof.steps[-1].error
        counts: dict[str, int] = {}
        if error is None or not violations.is_data_error(error):
            return counts
        for constraint, query in violations.counting(error, self.testbed.old, self.testbed.target).items():
            try:
                with self._as_project() as connection, connection.cursor() as cursor:
                    cursor.execute(f"SET statement_timeout = '{seeding.TIMEOUT}'")
                    cursor.execute(query)
                    counts[constraint] = int((cursor.fetchone() or (0,))[0])
            except psycopg2.Error:
                continue  # it speaks of columns that only come with the upgrade
        return counts

    def _up(self, step: StepName) -> Snapshot | None:
        """Upgrade; the catalog afterwards, or None where the project's code stops."""
        testbed, proof = self.testbed, self.proof
        trace = step == "upgrade"
        before = self._relations() if trace else None
        ran = self._attempt(step, lambda: testbed.worker.upgrade(testbed.address(self.name), "heads", trace=trace))
        if ran is None:
            return None
        if before is not None:
            proof.facts = replay(ran.statements, before)
            proof.statements += reported("upgrade", ran.statements, proof.facts)
        snapshot = testbed.snapshot(self.name)
        if proof.migrated is None:
            proof.migrated = snapshot
            self._expect_none(testbed.residual(snapshot))
            self.watched = testbed.watched(self.name)
            target, old = testbed.watched_target, testbed.watched_old
            proof.watched += watched.upgraded(self.watched, target, old, by_author=testbed.by_author)
        else:
            self._expect_none(compare(snapshot, proof.migrated))
            proof.watched += watched.returned(testbed.watched(self.name), self.watched, step)
        return snapshot

    def _down(self) -> Snapshot | None:
        """Downgrade; the catalog afterwards, or None where the project's code stops."""
        testbed, down_to = self.testbed, self.options.down_to
        before = self._relations()
        ran = self._attempt(
            "downgrade", lambda: testbed.worker.downgrade(testbed.address(self.name), down_to, trace=True)
        )
        if ran is None:
            return None
        self.proof.statements += reported("downgrade", ran.statements, replay(ran.statements, before))
        snapshot = testbed.snapshot(self.name)
        self._expect_none(compare(snapshot, testbed.old))
        proof = self.proof
        proof.watched += watched.returned(testbed.watched(self.name), testbed.watched_old, "downgrade")
        return snapshot

    def _attempt(self, step: StepName, action: Callable[[], Ran]) -> Ran | None:
        started = time.perf_counter()
        try:
            ran = action()
        except ProjectError as error:
            self.proof.steps.append(_failed(step, started, error))
            return None
        self.proof.steps.append(Step(name=step, ok=True, seconds=_since(started)))
        return ran

    def _expect_none(self, differences: list[Difference]) -> None:
        """Mark the last step as wrong where the catalog is not as it has to be; go on all the same."""
        if differences:
            last = self.proof.steps[-1]
            self.proof.steps[-1] = Step(name=last.name, ok=False, seconds=last.seconds, differences=differences)

    def _declared(self, direction: Literal["upgrade", "downgrade"]) -> DeclaredChanges:
        return DeclaredChanges(
            tuple(
                statement.sql
                for revision, statement in self.proof.statements
                if revision in self.options.own and statement.direction == direction
            )
        )

    def _settles(self) -> None:
        """Note what autogenerate still finds to do."""
        started = time.perf_counter()
        try:
            self.proof.unsettled = self.testbed.worker.autogenerate(self.testbed.address(self.name))
        except BotError as error:
            self.proof.steps.append(_failed("autogenerate again", started, error))
            return
        self.proof.steps.append(Step(name="autogenerate again", ok=True, seconds=_since(started)))


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 4)


def _failed(step: StepName, started: float, error: BotError) -> Step:
    problem = StepError(type=error.kind, message=error.message, log_tail=error.log_tail)
    return Step(name=step, ok=False, seconds=_since(started), error=problem)
