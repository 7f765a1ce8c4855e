"""The proof: upgrade, downgrade, upgrade again, autogenerate again, with rows in the tables.

In: a testbed whose head checkout has the migrations in place. Out: what happened at each step, as the report tells
it. An exception of the project's code is a result here, not an error.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.errors import BotError, ProjectError
from bot.migration.proof import (
    backfill_gaps,
    circumstances,
    later_downgrade,
    null_as_text,
    rows,
    rows_alike,
    uncounted,
    violations,
    watched,
)
from bot.migration.proof.declared_changes import DeclaredChanges
from bot.migration.proof.filling import fill
from bot.migration.proof.losses import RowChange
from bot.migration.proof.options import RoundTripOptions
from bot.migration.proof.proof import Proof, error_of
from bot.migration.proof.row_history import RowHistory
from bot.migration.proof.rows import RowSnapshot
from bot.migration.proof.sequence_history import SequenceHistory
from bot.migration.proof.watched import WatchedDifference
from bot.migration.testbed.testbed import Testbed
from bot.migration.trace import relations, unmet
from bot.migration.trace.relations import Relations
from bot.migration.trace.replay import replay
from bot.migration.trace.statements import reported
from bot.model import Difference, Step, StepName
from bot.project.client.client import Ran
from bot.schema.compare import compare
from bot.schema.objects import tables_that_differ
from bot.schema.snapshots import EMPTY, Snapshot


def prove(testbed: Testbed, options: RoundTripOptions) -> Proof:
    """Make the whole round trip on a seeded copy of the old database."""
    options = replace(options, loaded=options.loaded or testbed.worker.puts_rows)
    proof = _made(testbed, options)
    if options.loaded or not any(map(_came_by_itself, proof.changes)):
        return proof
    # An application that puts rows into its tables whenever it is loaded does so here, and the migration does not.
    again = _made(testbed, replace(options, loaded=True))
    # Known from now on: the next round trip of several is made once.
    testbed.worker.puts_rows = not any(map(_came_by_itself, again.changes))
    return again


def _came_by_itself(change: RowChange) -> bool:
    """Whether rows were added of which no statement of the migration says so."""
    return change.kind in ("added", "doubled") and change.severity == "error" and not change.sql


def _made(testbed: Testbed, options: RoundTripOptions) -> Proof:
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
        options, proof = self.options, self.proof
        proof.before = fill(self.testbed, self.name, options, proof)
        testbed = self.testbed = self._without_what_rows_make()
        row_history = RowHistory(testbed, options.expected, proof)
        sequences = SequenceHistory(testbed, self.name, options.expected, proof)
        migrated = self._upgrade()
        if migrated is None or self._is_enough():
            return
        row_history.upgraded(self._declared("upgrade"))
        sequences.after("upgrade", migrated)
        if not options.downgrade:
            self._autogenerate_again(migrated)
            return
        returned = self._down()
        if returned is None:
            return
        # The catalog that is there now: what the downgrade leaves out cannot be read.
        row_history.downgraded(self._rows(returned), self._declared("downgrade"))
        sequences.after("downgrade", returned)
        if self._is_enough():
            return
        again = self._up("upgrade again")
        if again is None:
            return
        row_history.upgraded_again(self._rows(again), migrated)
        sequences.after("upgrade again", again)
        self._autogenerate_again(again)
        if options.style != "none":
            later_downgrade.attempt(testbed, self.name, options, proof, migrated)

    def _without_what_rows_make(self) -> Testbed:
        """The same without tables that triggers made when the rows came, as of partitions: no migration is to blame."""
        testbed = self.testbed
        if not any(testbed.old.of("trigger")):
            return testbed
        there = testbed.snapshot(self.name)
        made = {(key.schema, key.name) for key in there.of("table") if key not in testbed.old.objects}
        self.proof.made_for_rows = sorted(made)
        return replace(testbed, ignore=testbed.ignore | made)

    def _is_enough(self) -> bool:
        return self.options.strict and not self.proof.ok

    def _upgrade(self) -> Snapshot | None:
        """The first upgrade, its rows read; or None, with the rows counted that stand in its way."""
        testbed, proof = self.testbed, self.proof
        with circumstances.tried(testbed, self.name, self.options, proof) as others:
            migrated = self._up("upgrade")
            if migrated is None:
                error = proof.steps[-1].error
                proof.violating = violations.count(testbed, self.name, error) if error else {}
            elif not self._is_enough():
                proof.after = self._rows(migrated)
                others.judge(migrated, self._declared("upgrade").statements)
                proof.changes += self._passed_over(migrated)
        return migrated

    def _passed_over(self, migrated: Snapshot) -> list[RowChange]:
        """New columns that the author's statements fill in some rows only, or not with values that rows have."""
        testbed, declared = self.testbed, self._declared("upgrade")
        if not declared.statements:
            return []
        with testbed.project_session(self.name) as connection:
            found = list(backfill_gaps.passed_over(connection, testbed.old, migrated, declared))
        known = {(change.table, change.column) for change in found}
        if self.options.batch_size:
            others = rows_alike.left_alone(testbed.old, migrated, self.proof.before, self.proof.after)
            found += [change for change in others if (change.table, change.column) not in known]
        found += uncounted.left_null(testbed.old, migrated, self.proof.after, declared)
        both = self.proof.before, self.proof.after
        return [*found, *null_as_text.written(testbed.old, migrated, both, declared, self.options.mentioned)]

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
            proof.untold.update(ran.untold)
            proof.unmet = unmet.texts(ran.statements, self.options.own)
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
        self.proof.untold.update(ran.untold)
        self.proof.statements += reported("downgrade", ran.statements, replay(ran.statements, before))
        snapshot = testbed.snapshot(self.name)
        proof = self.proof
        found = compare(snapshot, testbed.old)
        # Where it may have been there before, whoever drops it takes it from others.
        left = [d for d in found if watched.is_shared(d, self._declared("upgrade").statements)]
        self._expect_none([difference for difference in found if difference not in left])
        proof.watched += (WatchedDifference("downgrade", difference) for difference in left)
        proof.watched += watched.returned(testbed.watched(self.name), testbed.watched_old, "downgrade")
        return snapshot

    def _relations(self) -> Relations:
        with self.testbed.session(self.name) as connection:
            return relations.read(connection)

    def _rows(self, snapshot: Snapshot) -> RowSnapshot:
        with self.testbed.reading_session(self.name) as connection:
            return rows.read(connection, snapshot)

    def _attempt(self, step: StepName, action: Callable[[], Ran]) -> Ran | None:
        started = time.perf_counter()
        try:
            ran = action()
        except ProjectError as error:
            self.proof.steps.append(_failed(step, started, error))
            self.proof.stopped_in_env = not error.revision and error.kind in ("database", "exception")
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

    def _autogenerate_again(self, there: Snapshot) -> None:
        """Note what autogenerate still finds to do; it found nothing in a table that is as base's models build it."""
        testbed, proposed = self.testbed, self.options.proposed
        tables = None
        if proposed is not None and not testbed.tenants:
            tables = sorted(proposed | tables_that_differ(compare(testbed.models, there), there))
        elif self.proof.made_for_rows:
            tables = sorted({(key.schema, key.name) for side in (there, testbed.target) for key in side.of("table")})
        started = time.perf_counter()
        try:
            self.proof.unsettled = testbed.worker.autogenerate(testbed.address(self.name), tables)
        except BotError as error:
            self.proof.steps.append(_failed("autogenerate again", started, error))
            return
        self.proof.steps.append(Step(name="autogenerate again", ok=True, seconds=_since(started)))


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 4)


def _failed(step: StepName, started: float, error: BotError) -> Step:
    return Step(name=step, ok=False, seconds=_since(started), error=error_of(error))
