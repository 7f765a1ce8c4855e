"""The story of one Alembic environment: old and new database, migration, round trip, findings, verdict.

Comes in: two checkouts with workers on them and a server's databases. Goes out: a `Project` of the report, and
what the views show beside it. What needs no server is read while it starts.
"""

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from bot.check import assembly
from bot.check.assembly import Attempt, ProjectChange, ProjectInputs, ProjectResult
from bot.discovery import tree
from bot.errors import ProjectError
from bot.migration.intent import answers, expectations, questions
from bot.migration.intent.analysis import GenerateRequest
from bot.migration.intent.questions import ModelDefault
from bot.migration.planner.change import Column
from bot.migration.proof.round_trip import Proof, RoundTripOptions, prove
from bot.migration.proof.trial import ProofOutcome, prove_with_fallback
from bot.migration.testbed import baseline
from bot.migration.testbed.baseline import Side
from bot.migration.testbed.testbed import Testbed
from bot.migration.writer import patch, revisions
from bot.migration.writer.generate import Generated, generate
from bot.migration.writer.messages import message
from bot.project.client.client import Loaded, Models, Worker
from bot.schema.compare import compare


def read(base: Worker | None, head: Worker) -> tuple[Side | None, Side]:
    """Both sides with their migrations; raises `ProjectError` when those cannot be followed. Needs no database."""
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(_read, "base", base) if base else None
        read_head = _read("head", head)
        return loading.result() if loading else None, read_head


def _read(name: str, worker: Worker) -> Side:
    loaded = worker.load()
    _refuse_problems(name, loaded)
    return Side(worker, loaded)


def check_project(inputs: ProjectInputs) -> ProjectResult:
    """The whole check; raises `BotError` when there can be no verdict."""
    change = _prepare(inputs)
    repairs = change.drift if inputs.settings.include_drift else []
    if not change.own and not change.declared and not repairs:
        return assembly.unchanged(change)
    attempt = _verify(change) if change.own else _generate(change, change.built.testbed, change.head)
    return assembly.conclude(change, attempt)


def _prepare(inputs: ProjectInputs) -> ProjectChange:
    inputs.log("building the old and the new database")
    built = baseline.build(
        inputs.databases, inputs.base, inputs.head, inputs.settings.baseline, inputs.settings.include_drift
    )
    testbed = built.testbed
    return ProjectChange(
        inputs=inputs,
        built=built,
        declared=compare(testbed.models, testbed.new),
        drift=compare(testbed.old, testbed.models),
        own=revisions.own(inputs.base.loaded if inputs.base else None, inputs.head.loaded),
    )


_ADVICE = {
    "duplicate": "Give one of these files another revision id.",
    "broken": "Point its down_revision at a revision that exists, or add the file that is missing.",
    "cycle": "Point one of the down_revisions somewhere else, so that the history has a beginning.",
}


def _refuse_problems(side: str, loaded: Loaded) -> None:
    """A chain of migrations that cannot be followed leaves nothing to build on."""
    if loaded.problems:
        problem = loaded.problems[0]
        raise ProjectError(
            f"{side}'s migrations cannot be followed: {problem.message}"
            + (f" ({', '.join(problem.paths)})" if problem.paths else ""),
            _ADVICE[problem.kind],
            kind="revisions",
        )


def _generate(change: ProjectChange, testbed: Testbed, loaded: Loaded) -> Attempt:
    """Write a migration and prove it; autogenerate's own file only if it stands the proof as it is."""
    inputs = change.inputs
    inputs.log("writing the migration")
    request = _request(change, testbed, loaded)
    generated = generate(testbed, request)
    inputs.log("making the round trip")
    if generated.guess:
        proof = prove(testbed, replace(_options(generated, request), strict=True))
        if proof.ok:
            return _tried(ProofOutcome(proof), testbed, generated, inputs.head.worker.load())
        inputs.log(f"autogenerate's file does not stand the proof ({_trouble(proof)}): completing it")
        inputs.head.worker.discard(generated.file.path)
        generated = generate(testbed, replace(request, guess=False))
    return _tried(
        prove_with_fallback(testbed, _options(generated, request)), testbed, generated, inputs.head.worker.load()
    )


def _options(generated: Generated, request: GenerateRequest) -> RoundTripOptions:
    return RoundTripOptions(down_to=request.down_to, expected=generated.expected, given=generated.samples)


def _trouble(proof: Proof) -> str:
    step = proof.failed_step()
    if step is None:
        return "rows are lost"
    return step.error.message.splitlines()[0] if step.error else f"the {step.name} leaves differences"


def _request(change: ProjectChange, testbed: Testbed, loaded: Loaded) -> GenerateRequest:
    inputs = change.inputs
    return GenerateRequest(
        worker=inputs.head.worker,
        message=inputs.settings.message or message(change.declared),
        revision_id=_new_id(loaded),
        down_to=revisions.down_to(testbed.base_heads, []),
        answers=answers.read(inputs.settings.answers, testbed.old, testbed.target),
        defaults=_defaults(change.built.head_models),
        noise=change.built.noise,
        concurrently=frozenset(change.built.head_models.concurrently),
        log=inputs.log,
    )


def _tried(outcome: ProofOutcome, testbed: Testbed, generated: Generated, loaded: Loaded) -> Attempt:
    """With the questions that were there before the rows first, then theirs, then those on rounded values."""
    proof = outcome.proof
    asked = [*generated.decisions, *outcome.asked, *(questions.changed(change) for change in proof.changed)]
    return Attempt(
        proof=proof,
        rows=outcome.rows,
        decisions=tuple({(d.kind == "clean", d.subject): d for d in reversed(asked)}.values())[::-1],
        generated=generated,
        residual=() if proof.migrated is None else tuple(testbed.residual(proof.migrated)),
        head=loaded,
        stopped=outcome.stopped,
    )


def _verify(change: ProjectChange) -> Attempt:
    """Run the pull request's own migrations; write one more file for what they leave undone."""
    testbed = change.built.testbed
    complete = all(revision.downgrade == "complete" for revision in change.own)
    change.inputs.log("making the round trip with the pull request's migrations")
    expected = expectations.read(testbed, _request(change, testbed, change.head))
    options = RoundTripOptions(revisions.down_to(testbed.base_heads, change.own), expected.data, downgrade=complete)
    outcome = prove_with_fallback(testbed, options)
    dropped = expected.dropped(outcome.proof.lost)
    if dropped:
        options = replace(options, expected=expected.without(dropped))
        outcome = prove_with_fallback(testbed, options)
    asked = [*outcome.asked, *(proposal for proposal in dropped)]
    residual = () if outcome.proof.migrated is None else tuple(testbed.residual(outcome.proof.migrated))
    attempt = Attempt(outcome.proof, outcome.rows, tuple(asked), None, residual, change.head, outcome.stopped)
    if residual:
        return _extend(change, attempt, options)
    does_not_run = outcome.proof.migrated is None or (outcome.stopped is not None and outcome.stopped.name == "upgrade")
    return replace(attempt, mended=_rewritten(change)) if does_not_run else attempt


def _rewritten(change: ProjectChange) -> str:
    """For a migration that does not run: what the bot would have written, as a diff against it, if that is proven."""
    if len(change.own) != 1:
        return ""
    theirs = tree.text(change.inputs.head_root, change.own[0].path) or ""
    try:
        with change.inputs.head.worker.without(change.own[0].path):
            attempt = _generate(change, change.built.testbed, change.head)
    except ProjectError:
        return ""
    if attempt.generated is None:
        return ""
    change.inputs.head.worker.discard(attempt.generated.file.path)
    if not attempt.proof.ok:
        return ""
    return patch.rewritten(change.own[0].path, theirs, attempt.generated.file.source)


def _extend(change: ProjectChange, attempt: Attempt, options: RoundTripOptions) -> Attempt:
    """Generate what the pull request's migrations do not cover, on top of them."""
    testbed = change.built.testbed
    with testbed.copy("covered") as name:
        testbed.worker.upgrade(testbed.address(name), "heads")
        on_top = replace(
            testbed,
            old_name=name,
            models_name=name,
            old=testbed.snapshot(name),
            base_heads=tuple(change.head.heads),
        )
        extended = _generate(change, on_top, change.head)
    generated = extended.generated
    if generated is None or not extended.proof.ok:
        asked = (*attempt.decisions, *extended.decisions)
        return replace(attempt, decisions=asked, generated=generated, head=extended.head)
    outcome = prove_with_fallback(testbed, replace(options, expected=generated.expected))
    asked = (*attempt.decisions, *extended.decisions, *outcome.asked)
    mended = patch.diff(change.inputs.head_root, change.own, generated.file)
    return replace(
        extended, proof=outcome.proof, rows=outcome.rows, decisions=asked, residual=attempt.residual, mended=mended
    )


def _new_id(loaded: Loaded) -> str:
    """A revision id as Alembic makes them, that nobody has yet."""
    taken = {revision.revision for revision in loaded.revisions}
    return next(candidate for candidate in iter(lambda: secrets.token_hex(6), "") if candidate not in taken)


def _defaults(models: Models) -> dict[Column, ModelDefault]:
    """The Python-side defaults of the head models."""
    return {
        (table.schema or "public", table.name, column.name): ModelDefault(column.default, column.callable_name)
        for table in models.tables
        for column in table.columns
        if column.default is not None or column.callable_name
    }
