"""The proof: upgrade, downgrade, upgrade again, autogenerate again, with rows in the tables.

Comes in: a testbed whose head checkout has the migrations in place. Goes out: what happened at each step, as
the report tells it. An exception of the project's code is a result here, not an error.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg2

from bot.errors import BotError, ProjectError
from bot.migration.intent.expected_data import ChangedValues, ExpectedData
from bot.migration.proof import losses, rows, seeding, sequences_behind, violations
from bot.migration.proof.losses import Loss
from bot.migration.proof.rows import RowSnapshot
from bot.migration.testbed.testbed import Testbed
from bot.model import Difference, LostRows, ObjectKey, RoundTrip, Rows, Statement, Step, StepError, StepName
from bot.project.client.client import Ran
from bot.schema.compare import compare
from bot.schema.snapshots import Snapshot

Columns = dict[tuple[str, str], set[str]]


@dataclass(frozen=True)
class RoundTripOptions:
    """What a round trip is asked to do.

    `down_to` is the revision to go back to; `expected` says what authors want to become of the data; `given` are
    values that rows get in some columns; `style` is how awkward the rows are; `strict` ends the options at the
    first step that is not as it should be.
    """

    down_to: str
    expected: ExpectedData = field(default_factory=ExpectedData)
    given: Mapping[tuple[str, str, str], list[str]] = field(default_factory=dict)
    style: seeding.Style = "awkward"
    downgrade: bool = True
    strict: bool = False


@dataclass
class Proof:
    """The round trip as it goes, filled step by step."""

    steps: list[Step] = field(default_factory=list)
    statements: list[tuple[str, Statement]] = field(default_factory=list)  # with their revision
    lost: list[LostRows] = field(default_factory=list)
    changed: list[ChangedValues] = field(default_factory=list)  # values that their new types cannot hold
    seeded: seeding.Seeded = field(default_factory=seeding.Seeded)
    migrated: Snapshot | None = None
    unsettled: list[str] = field(default_factory=list)
    violating: dict[str, int] = field(default_factory=dict)  # rows that stand against a constraint, by its name
    behind: tuple[ObjectKey, ...] = ()  # columns whose sequences give keys that rows have already, since the upgrade

    @property
    def ok(self) -> bool:
        """Everything ran, every catalog is as it must be and no row was lost."""
        return all(step.ok for step in self.steps) and not self.lost

    def result(self) -> RoundTrip:
        return RoundTrip(
            steps=self.steps,
            rows=Rows(tables=self.seeded.tables, inserted=self.seeded.inserted, lost=self.lost),
        )

    def failed_step(self) -> Step | None:
        return next((step for step in self.steps if not step.ok), None)


def prove(testbed: Testbed, options: RoundTripOptions) -> Proof:
    """Make the whole round trip on a seeded copy of the old database."""
    proof = Proof()
    with testbed.copy("proof") as name:
        before = _fill(testbed, name, options, proof)
        known = {_new_name(key, options.expected) for key in _behind(testbed, name, testbed.old)}
        if not _up(testbed, name, proof, "upgrade"):
            proof.violating = _count(testbed, name, proof)
            return proof
        if options.strict and not proof.ok:
            return proof
        migrated = proof.migrated or testbed.target
        after = _rows(testbed, name, migrated)
        target = columns(testbed.target)
        _lost(testbed, proof, losses.losses(before, after, target, options.expected), "upgrade")
        proof.behind = tuple(sorted(_behind(testbed, name, migrated) - known))
        if options.downgrade and not _down(testbed, name, proof, options):
            return proof
        if options.downgrade:
            _compare_rows(testbed, name, proof, options, before)
            if options.strict and not proof.ok:
                return proof
            if not _up(testbed, name, proof, "upgrade again"):
                return proof
            again = losses.losses(before, _rows(testbed, name, migrated), target, options.expected)
            _lost(testbed, proof, again, "upgrade again")
        _settles(testbed, name, proof)
    return proof


def columns(snapshot: Snapshot) -> Columns:
    """The columns of each table."""
    found: Columns = {(key.schema, key.name): set() for key in snapshot.of("table")}
    for key in snapshot.of("column"):
        found.setdefault((key.schema, key.parent), set()).add(key.name)
    return found


def _fill(testbed: Testbed, name: str, options: RoundTripOptions, proof: Proof) -> RowSnapshot:
    # Checks, defaults and triggers are the project's code: rows are made with the project's rights.
    connection = testbed.address(name).connect()
    try:
        if options.style != "none":
            proof.seeded = seeding.seed(
                connection, testbed.old, seeding.SeedRequest(options.given, style=options.style)
            )
    finally:
        connection.close()
    return _rows(testbed, name, testbed.old)


def _count(testbed: Testbed, name: str, proof: Proof) -> dict[str, int]:
    """How many rows stand against the constraints that the failed step named; the project's functions may run."""
    error = proof.steps[-1].error
    counts: dict[str, int] = {}
    if error is None or not violations.is_data_error(error):
        return counts
    for constraint, query in violations.counting(error, testbed.old, testbed.target).items():
        connection = testbed.address(name).connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SET statement_timeout = '{seeding.TIMEOUT}'")
                cursor.execute(query)
                counts[constraint] = int((cursor.fetchone() or (0,))[0])
        except psycopg2.Error:
            continue  # it speaks of columns that only come with the upgrade
        finally:
            connection.close()
    return counts


def _rows(testbed: Testbed, name: str, snapshot: Snapshot) -> RowSnapshot:
    connection = testbed.databases.connect(name)
    try:
        return rows.read(connection, snapshot)
    finally:
        connection.close()


def _behind(testbed: Testbed, name: str, snapshot: Snapshot) -> set[ObjectKey]:
    connection = testbed.databases.connect(name)
    try:
        return sequences_behind.behind(connection, snapshot)
    finally:
        connection.close()


def _up(testbed: Testbed, name: str, proof: Proof, step: StepName) -> bool:
    trace = step == "upgrade"
    ran = _attempt(proof, step, lambda: testbed.worker.upgrade(testbed.address(name), "heads", trace=trace))
    if ran is None:
        return False
    if trace:
        proof.statements += [(s.revision, _statement("upgrade", s)) for s in ran.statements]
    snapshot = testbed.snapshot(name)
    if proof.migrated is None:
        proof.migrated = snapshot
        differences = testbed.residual(snapshot)
    else:
        differences = compare(snapshot, proof.migrated)
    return _judge(proof, differences)


def _down(testbed: Testbed, name: str, proof: Proof, options: RoundTripOptions) -> bool:
    ran = _attempt(
        proof, "downgrade", lambda: testbed.worker.downgrade(testbed.address(name), options.down_to, trace=True)
    )
    if ran is None:
        return False
    proof.statements += [(s.revision, _statement("downgrade", s)) for s in ran.statements]
    _judge(proof, compare(testbed.snapshot(name), testbed.old))
    return True


def _attempt(proof: Proof, step: StepName, action: Callable[[], Ran]) -> Ran | None:
    started = time.perf_counter()
    try:
        ran = action()
    except ProjectError as error:
        problem = StepError(type=error.kind, message=error.message, log_tail=error.log_tail)
        seconds = round(time.perf_counter() - started, 4)
        proof.steps.append(Step(name=step, ok=False, seconds=seconds, error=problem))
        return None
    proof.steps.append(Step(name=step, ok=True, seconds=round(time.perf_counter() - started, 4)))
    return ran


def _judge(proof: Proof, differences: list[Difference]) -> bool:
    """Mark the last step as wrong where the catalog is not as it has to be; go on all the same."""
    if differences:
        last = proof.steps[-1]
        proof.steps[-1] = Step(name=last.name, ok=False, seconds=last.seconds, differences=differences)
    return True


def _statement(direction: Any, raw: Any) -> Statement:
    return Statement(
        direction=direction,
        sql=raw.sql,
        line=raw.line,
        seconds=raw.seconds,
        locks=list(raw.locks),
        rewrites=list(raw.rewrites),
    )


def _lost(testbed: Testbed, proof: Proof, found: Iterable[Loss], step: StepName) -> None:
    """Note what is lost for the first time, and what the new types cannot hold."""
    known = {(loss.table, loss.column) for loss in proof.lost} | {
        (f"{change.old.schema}.{change.old.parent}", change.old.name) for change in proof.changed
    }
    fresh = [loss for loss in found if (loss.table, loss.column) not in known]
    if not fresh:
        return
    connection = testbed.address(testbed.new_name).connect()
    try:
        connection.autocommit = False
        lost, changed = losses.judge(fresh, step, connection, testbed.old, testbed.target)
    finally:
        connection.close()
    proof.lost += lost
    proof.changed += changed


def _compare_rows(testbed: Testbed, name: str, proof: Proof, options: RoundTripOptions, before: RowSnapshot) -> None:
    """After the downgrade, what the new schema had kept must be as it was."""
    kept = surviving_columns(testbed.old, testbed.target, options.expected)
    expected = replace(ExpectedData(), converted=options.expected.converted, filled=options.expected.filled)
    found = losses.losses(before, _rows(testbed, name, testbed.old), kept, expected)
    there = [replace(loss, new=_new_name(loss.old, options.expected)) if loss.old else loss for loss in found]
    _lost(testbed, proof, there, "downgrade")


def _new_name(column: ObjectKey, expected: ExpectedData) -> ObjectKey:
    """What a column of the old schema is called in the new one."""
    table = f"{column.schema}.{column.parent}"
    schema, _, parent = expected.tables.get(table, table).partition(".")
    return ObjectKey("column", schema, parent, expected.columns.get(f"{table}.{column.name}", column.name))


def surviving_columns(old: Snapshot, target: Snapshot, expected: ExpectedData) -> Columns:
    """The columns of the old schema, by their old names, that the new one still has."""
    kept: Columns = {}
    for key, attributes in old.of("column").items():
        now = target.objects.get(_new_name(key, expected), {"generated": "gone"})
        if attributes.get("generated") is None and now.get("generated") is None:
            kept.setdefault((key.schema, key.parent), set()).add(key.name)
    return kept


def _settles(testbed: Testbed, name: str, proof: Proof) -> None:
    """Note what autogenerate still finds to do."""
    started = time.perf_counter()
    try:
        found = testbed.worker.autogenerate(testbed.address(name))
    except BotError as error:
        problem = StepError(type=error.kind, message=error.message, log_tail=error.log_tail)
        seconds = round(time.perf_counter() - started, 4)
        proof.steps.append(Step(name="autogenerate again", ok=False, seconds=seconds, error=problem))
        return
    seconds = round(time.perf_counter() - started, 4)
    proof.unsettled = found
    proof.steps.append(Step(name="autogenerate again", ok=True, seconds=seconds))
