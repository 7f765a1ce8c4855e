"""The pull request's own migrations: run, judged, and completed where they leave something undone.

In: the change. Out: an `Attempt`. What they create by hand is respected; what they lack is written to a file
on top of them, and shown as a patch of their own file if the patched file is proven.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.check import generated_migration
from bot.check.records import Attempt, ProjectChange
from bot.discovery import migration_code, tree
from bot.errors import ProjectError
from bot.migration.intent import expectations, likely_conversions, likely_moves, questions
from bot.migration.intent.analysis import GenerateRequest
from bot.migration.intent.answers import Answers
from bot.migration.intent.expectations import Expectations
from bot.migration.proof import batches, ordered_columns, row_order, statement_literals
from bot.migration.proof.fallback import ProofOutcome, prove_with_fallback, refuse_wrong_answers, without_lookups
from bot.migration.proof.losses import RowChange
from bot.migration.proof.options import RoundTripOptions
from bot.migration.proof.proof import Proof
from bot.migration.proof.round_trip import prove
from bot.migration.proof.rows import RowSnapshot
from bot.migration.proof.statement_literals import Literals
from bot.migration.testbed import undeclared
from bot.migration.testbed.testbed import Testbed
from bot.migration.writer import patch, revisions
from bot.model import Decision, Difference, ObjectKey
from bot.project.client.client import File


def attempt(change: ProjectChange) -> Attempt:
    """Run them; write one more file for what they leave undone."""
    testbed = replace(change.built.testbed, by_author=True)
    change.inputs.log("making the round trip with the pull request's migrations")
    paths = [revision.path for revision in change.own]
    code = migration_code.read(change.inputs.head_root, paths, change.inputs.changed)
    outcome, options, asked, renamed = _prove(change, testbed, code.sources)
    residual = _residual(testbed, outcome)
    left_out = _left_out(testbed, residual)
    if left_out:
        testbed = replace(testbed, left_out=left_out)
        outcome, options, asked, renamed = _prove(change, testbed, code.sources)
        residual = _residual(testbed, outcome)
    found = _judged(change, testbed, outcome, asked, residual)
    found = replace(found, renamed=renamed, helpers=code.helpers, unread=code.unread)
    if residual:
        return _extended(change, testbed, found, options)
    does_not_run = outcome.proof.migrated is None or (outcome.stopped is not None and outcome.stopped.name == "upgrade")
    if does_not_run:
        return replace(found, mended=_rewritten(change, keeping=True))
    return replace(found, safer=_safer(change, found)) if change.inputs.settings.safer else found


def _prove(
    change: ProjectChange, testbed: Testbed, sources: Sequence[str]
) -> tuple[ProofOutcome, RoundTripOptions, list[Decision], dict[str, str]]:
    """The proof; likely renames that are made as drop and add, which takes the rows away, become questions.

    The last part are the renames that it was seen to make.
    """
    asked = generated_migration.request(change, testbed, change.head)
    expected = expectations.read(testbed, asked)
    functions = testbed.old.of("function").values()
    said = statement_literals.read(sources, (str(attributes["definition"]) for attributes in functions))
    options = replace(_options(change, testbed, asked, sources, said), expected=expected.data)
    refuse_wrong_answers(testbed, options)
    outcome = prove_with_fallback(testbed, options)
    dropped = expected.dropped(outcome.proof.lost_places)
    if dropped:
        options = replace(options, expected=expected.without(dropped))
        outcome = prove_with_fallback(testbed, options)
    # What a program computes, or reads from a file, is known when it was sent.
    sent = statement_literals.with_sent(said, outcome.proof.unmet, {key.name for key in testbed.old.of("column")})
    if sent is not None:
        said, options = sent, replace(options, literals=sent.values())
        outcome = prove_with_fallback(testbed, options)
    if said.looks_up and said.by_column:
        outcome = without_lookups(testbed, options, outcome)
    cleared = [decision for decision in asked.answers.decisions if decision.kind == "clean"]
    zones = [questions.time_zone_dependent(key, testbed.target) for key in outcome.proof.time_zone_dependent]
    left = _left_behind(testbed, outcome.proof, asked.answers)
    outcome.proof.changes += _moved_twice(testbed, outcome.proof, asked.answers)
    asked_now = [*outcome.asked, *dropped, *cleared, *zones, *left]
    return outcome, options, asked_now, dict(_renamed(outcome.proof, expected))


def _options(
    change: ProjectChange, testbed: Testbed, asked: GenerateRequest, sources: Sequence[str], said: Literals
) -> RoundTripOptions:
    """What the author's files and answers say of the rows to prove with."""
    complete = all(revision.downgrade == "complete" for revision in change.own)
    return RoundTripOptions(
        revisions.down_to(testbed.base_heads),
        downgrade=complete,
        own=frozenset(revision.revision for revision in change.own),
        given=questions.target_samples(testbed.old, testbed.target),
        edge_values=questions.edge_samples(testbed.old, testbed.target),
        without=asked.answers.clean,
        literals=said.values(),
        mentioned=frozenset(said.words),
        batch_size=batches.largest_batch(sources),
        may_send=row_order.may_send(sources),
        ordered=ordered_columns.read(sources),
    )


def _renamed(proof: Proof, expected: Expectations) -> Iterator[tuple[str, str]]:
    """Old names whose rows or values are under the new one after the upgrade."""
    for asked, table, column in expected.renames():
        if column is None:
            old, new = proof.before.tables.get(table), proof.after.tables.get(expected.data.new_table(table))
            kept = bool(old and new and old.rows and len(old.rows) <= len(new.rows))
        else:
            place = (*table, column)
            before = _values(proof.before, ObjectKey("column", *place))
            kept = bool(before) and before <= _values(
                proof.after, ObjectKey("column", *expected.data.new_column(place))
            )
        if kept and asked.answer:
            yield asked.subject, asked.answer


def _left_behind(testbed: Testbed, proof: Proof, given: Answers) -> list[Decision]:
    """Questions on columns that move to another table, or get another type and name, without their values."""
    conversions = likely_conversions.found(testbed.old, testbed.target, given)
    upgrade = [statement.sql for _, statement in proof.statements if statement.direction == "upgrade"]
    forgotten = [pair.asked for pair in conversions if not likely_conversions.is_thought_of(pair, upgrade)]
    return forgotten + [
        move.asked
        for move in likely_moves.moved(testbed.old, testbed.target, given)
        if not _values(proof.before, move.old).keys() <= _values(proof.after, move.fresh).keys()
    ]


def _moved_twice(testbed: Testbed, proof: Proof, given: Answers) -> Iterator[RowChange]:
    """Values of columns that move to a new table and are in more rows of it than before."""
    for move in likely_moves.moved(testbed.old, testbed.target, given):
        before, after = _values(proof.before, move.old), _values(proof.after, move.fresh)
        more = sum((after - before).values()) if before.keys() & after.keys() else 0
        table = move.fresh.schema, move.fresh.parent
        if more and ObjectKey("table", table[0], "", table[1]) not in testbed.old.objects:
            yield RowChange("doubled", "warning", table, None, "upgrade", more)


def _values(rows: RowSnapshot, column: ObjectKey) -> Counter[str]:
    """How often each value occurs."""
    there = rows.tables.get((column.schema, column.parent))
    if there is None or column.name not in there.columns:
        return Counter()
    position = there.columns.index(column.name)
    return Counter(value for row in there.rows if (value := row[position]) is not None)


def _residual(testbed: Testbed, outcome: ProofOutcome) -> tuple[Difference, ...]:
    return () if outcome.proof.migrated is None else tuple(testbed.residual(outcome.proof.migrated))


def _left_out(testbed: Testbed, residual: Sequence[Difference]) -> frozenset[ObjectKey]:
    """The undeclared objects that `env.py` hides from autogenerate."""
    surplus = [d for d in residual if d.action == "removed" and d.key not in testbed.old.objects]
    if not surplus:
        return frozenset()
    with testbed.copy("left_out") as name:
        testbed.worker.upgrade(testbed.address(name), "heads")
        return testbed.worker.left_out(testbed.address(name), [difference.key for difference in surplus])


def _judged(
    change: ProjectChange,
    testbed: Testbed,
    outcome: ProofOutcome,
    asked: Sequence[Decision],
    residual: tuple[Difference, ...],
) -> Attempt:
    migrated, said = outcome.proof.migrated, testbed.declarations
    return Attempt(
        proof=outcome.proof,
        rows=outcome.rows,
        decisions=tuple(asked),
        residual=residual,
        head=change.head,
        stopped=outcome.stopped,
        by_hand=() if migrated is None else tuple(undeclared.by_hand(migrated, said)),
        left_defaults=() if migrated is None else tuple(undeclared.left_defaults(migrated, said)),
        seeded=outcome.seeded,
        lookup_error=outcome.lookup_error,
    )


def _extended(change: ProjectChange, testbed: Testbed, found: Attempt, options: RoundTripOptions) -> Attempt:
    """Generate what the pull request's migrations do not cover, on top of them."""
    with testbed.copy("covered") as name:
        testbed.worker.upgrade(testbed.address(name), "heads")
        covered = testbed.snapshot(name)
        on_top = replace(
            testbed,
            old_name=name,
            models_name=name,
            old=covered,
            target=undeclared.with_own(testbed.target, covered, testbed.old, testbed.new),
            base_heads=tuple(change.head.heads),
            watched_old=testbed.watched(name),
            by_author=False,
            rows_name="",
            rows_given=0,
        )
        if not on_top.residual(covered):
            return found  # there is only too much, and that is the author's
        try:
            extended = generated_migration.attempt(change, on_top, change.head)
        except ProjectError as error:
            return replace(found, unwritten=error.message)
    generated = extended.generated
    if generated is None or not extended.proof.ok:
        asked = (*found.decisions, *extended.decisions)
        return replace(found, decisions=asked, generated=generated, head=extended.head)
    whole = replace(options, expected=generated.expected)
    outcome = prove_with_fallback(testbed, whole)
    return replace(
        found,
        proof=outcome.proof,
        rows=outcome.rows,
        decisions=(*found.decisions, *extended.decisions, *outcome.asked),
        generated=generated,
        head=extended.head,
        stopped=extended.stopped,
        seeded=outcome.seeded,
        mended=_mended(change, testbed, generated.file, whole),
    )


def _mended(change: ProjectChange, testbed: Testbed, generated: File, options: RoundTripOptions) -> str:
    """The author's file with the lines that it lacks, as a diff; empty unless that very file is proven."""
    worker, path = change.inputs.head.worker, change.own[-1].path
    theirs = tree.text(change.inputs.head_root, path) or ""
    source = patch.completed(theirs, generated.source)
    if not source:
        return ""
    with worker.without(generated.path), worker.replaced(path, source):
        proof = prove(testbed, options)
    return patch.diff(path, theirs, source) if proof.ok else ""


def _safer(change: ProjectChange, found: Attempt) -> str:
    """The diff to the same change in safer steps; none where the author changes rows or creates objects by hand."""
    changes_rows = any(statement.rows is not None for _, statement in found.proof.statements)
    by_hand = found.by_hand or found.left_defaults or found.proof.watched
    return "" if changes_rows or by_hand or not found.proof.ok else _rewritten(change)


def _rewritten(change: ProjectChange, *, keeping: bool = False) -> str:
    """What the bot would have written, as a diff against the author's one file, if that is proven.

    With `keeping`, only where it takes nothing away that the author does to rows.
    """
    if len(change.own) != 1:
        return ""
    worker, path = change.inputs.head.worker, change.own[0].path
    theirs = tree.text(change.inputs.head_root, path) or ""
    try:
        with worker.without(path):
            attempt = generated_migration.attempt(change, change.built.testbed, change.head)
    except ProjectError:
        return ""
    if attempt.generated is None:
        return ""
    worker.discard(attempt.generated.file.path)
    source = patch.rewritten(theirs, attempt.generated.file.source)
    less = keeping and not patch.keeps_changes_of_rows(theirs, source)
    return patch.diff(path, theirs, source) if source and attempt.proof.ok and not less else ""
