"""The story of one Alembic environment: old and new database, migration, round trip, findings, verdict.

Comes in: two checkouts with workers on them and a server's databases. Goes out: a `Project` of the report, and
what the views show beside it. What needs no server is read while it starts.
"""

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from bot import conclusion
from bot.conclusion import Examined, Subject, Tried, Work
from bot.errors import ProjectError
from bot.migration import baseline, decisions, expectations, files, mending, questions
from bot.migration.baseline import Side
from bot.migration.change import Column
from bot.migration.generate import Generated, Request, generate
from bot.migration.messages import message
from bot.migration.questions import ModelDefault
from bot.migration.round_trip import Journey, Proof, prove
from bot.migration.stage import Stage
from bot.migration.trial import Trial, attempt
from bot.project.worker_client import Loaded, Models, Worker
from bot.request import tree
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


def examine(subject: Subject) -> Examined:
    """The whole examination; raises `BotError` when there can be no verdict."""
    work = _prepare(subject)
    repairs = work.drift if subject.settings.include_drift else []
    if not work.own and not work.declared and not repairs:
        return conclusion.unchanged(work)
    tried = _verify(work) if work.own else _generate(work, work.built.stage, work.head)
    return conclusion.conclude(work, tried)


def _prepare(subject: Subject) -> Work:
    subject.log("building the old and the new database")
    built = baseline.build(
        subject.databases, subject.base, subject.head, subject.settings.baseline, subject.settings.include_drift
    )
    stage = built.stage
    return Work(
        subject=subject,
        built=built,
        declared=compare(stage.models, stage.new),
        drift=compare(stage.old, stage.models),
        own=files.own(subject.base.loaded if subject.base else None, subject.head.loaded),
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


def _generate(work: Work, stage: Stage, loaded: Loaded) -> Tried:
    """Write a migration and prove it; autogenerate's own file only if it stands the proof as it is."""
    subject = work.subject
    subject.log("writing the migration")
    request = _request(work, stage, loaded)
    generated = generate(stage, request)
    subject.log("making the round trip")
    if generated.guess:
        proof = prove(stage, replace(_journey(generated, request), strict=True))
        if proof.ok:
            return _tried(Trial(proof), stage, generated, subject.head.worker.load())
        subject.log(f"autogenerate's file does not stand the proof ({_trouble(proof)}): completing it")
        subject.head.worker.discard(generated.file.path)
        generated = generate(stage, replace(request, guess=False))
    return _tried(attempt(stage, _journey(generated, request)), stage, generated, subject.head.worker.load())


def _journey(generated: Generated, request: Request) -> Journey:
    return Journey(down_to=request.down_to, meant=generated.meant, given=generated.samples)


def _trouble(proof: Proof) -> str:
    step = proof.failed_step()
    if step is None:
        return "rows are lost"
    return step.error.message.splitlines()[0] if step.error else f"the {step.name} leaves differences"


def _request(work: Work, stage: Stage, loaded: Loaded) -> Request:
    subject = work.subject
    given = subject.settings.decisions
    return Request(
        worker=subject.head.worker,
        message=subject.settings.message or message(work.declared),
        revision_id=_new_id(loaded),
        down_to=files.down_to(stage.base_heads, []),
        answers=decisions.read(given, stage.old, stage.target),
        decided=given.decided,
        defaults=_defaults(work.built.head_models),
        noise=work.built.noise,
        concurrently=frozenset(work.built.head_models.concurrently),
        log=subject.log,
    )


def _tried(trial: Trial, stage: Stage, generated: Generated, loaded: Loaded) -> Tried:
    """With the questions that were there before the rows first, then theirs, then those on rounded values."""
    proof = trial.proof
    asked = [*generated.decisions, *trial.asked, *(questions.changed(change) for change in proof.changed)]
    return Tried(
        proof=proof,
        rows=trial.rows,
        decisions=tuple({decision.subject: decision for decision in reversed(asked)}.values())[::-1],
        generated=generated,
        residual=() if proof.migrated is None else tuple(stage.residual(proof.migrated)),
        head=loaded,
        stopped=trial.stopped,
    )


def _verify(work: Work) -> Tried:
    """Run the pull request's own migrations; write one more file for what they leave undone."""
    stage = work.built.stage
    complete = all(revision.downgrade == "complete" for revision in work.own)
    work.subject.log("making the round trip with the pull request's migrations")
    expected = expectations.read(stage, _request(work, stage, work.head))
    journey = Journey(files.down_to(stage.base_heads, work.own), expected.meant, downgrade=complete)
    trial = attempt(stage, journey)
    dropped = expected.dropped(trial.proof.lost)
    if dropped:
        journey = replace(journey, meant=expected.without(dropped))
        trial = attempt(stage, journey)
    asked = [*trial.asked, *(proposal for proposal in dropped)]
    residual = () if trial.proof.migrated is None else tuple(stage.residual(trial.proof.migrated))
    tried = Tried(trial.proof, trial.rows, tuple(asked), None, residual, work.head, trial.stopped)
    if residual:
        return _extend(work, tried, journey)
    does_not_run = trial.proof.migrated is None or (trial.stopped is not None and trial.stopped.name == "upgrade")
    return replace(tried, mended=_rewritten(work)) if does_not_run else tried


def _rewritten(work: Work) -> str:
    """For a migration that does not run: what the bot would have written, as a diff against it, if that is proven."""
    if len(work.own) != 1:
        return ""
    theirs = tree.text(work.subject.head_root, work.own[0].path) or ""
    try:
        with work.subject.head.worker.without(work.own[0].path):
            tried = _generate(work, work.built.stage, work.head)
    except ProjectError:
        return ""
    if tried.generated is None:
        return ""
    work.subject.head.worker.discard(tried.generated.file.path)
    if not tried.proof.ok:
        return ""
    return mending.rewritten(work.own[0].path, theirs, tried.generated.file.source)


def _extend(work: Work, tried: Tried, journey: Journey) -> Tried:
    """Generate what the pull request's migrations do not cover, on top of them."""
    stage = work.built.stage
    with stage.copy("covered") as name:
        stage.worker.upgrade(stage.address(name), "heads")
        on_top = replace(
            stage,
            old_name=name,
            models_name=name,
            old=stage.snapshot(name),
            base_heads=tuple(work.head.heads),
        )
        extended = _generate(work, on_top, work.head)
    generated = extended.generated
    if generated is None or not extended.proof.ok:
        asked = (*tried.decisions, *extended.decisions)
        return replace(tried, decisions=asked, generated=generated, head=extended.head)
    trial = attempt(stage, replace(journey, meant=generated.meant))
    asked = (*tried.decisions, *extended.decisions, *trial.asked)
    mended = mending.diff(work.subject.head_root, work.own, generated.file)
    return replace(
        extended, proof=trial.proof, rows=trial.rows, decisions=asked, residual=tried.residual, mended=mended
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
