"""The story of one Alembic environment: old and new database, migration, round trip, findings, verdict.

Comes in: two checkouts with workers on them and a server's databases. Goes out: a `Project` of the report, and
what the views show beside it.
"""

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from bot import conclusion
from bot.conclusion import Examined, Subject, Tried, Work
from bot.errors import ProjectError
from bot.migration import baseline, decisions, files, violations
from bot.migration.baseline import Side
from bot.migration.change import Column
from bot.migration.decisions import Answers
from bot.migration.generate import Generated, Request, generate
from bot.migration.questions import ModelDefault
from bot.migration.round_trip import Journey, Proof, prove
from bot.migration.rows import Meant
from bot.migration.stage import Stage
from bot.outcome import Decision, Difference
from bot.project.worker_client import Loaded, Models
from bot.schema.compare import compare


def examine(subject: Subject) -> Examined:
    """The whole examination; raises `BotError` when there can be no verdict."""
    work = _prepare(subject)
    if not work.own and not work.declared:
        return conclusion.unchanged(work)
    tried = _verify(work) if work.own else _generate(work, work.built.stage, work.head)
    return conclusion.conclude(work, tried)


def _prepare(subject: Subject) -> Work:
    subject.log("reading the migrations of both sides")
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(subject.base.load) if subject.base else None
        head = subject.head.load()
        base = loading.result() if loading else None
    subject.log("building the old and the new database")
    built = baseline.build(
        subject.databases,
        Side(subject.base, base) if subject.base and base else None,
        Side(subject.head, head),
        subject.settings.baseline,
        subject.settings.include_drift,
    )
    stage = built.stage
    return Work(
        subject=subject,
        base=base,
        head=head,
        built=built,
        declared=compare(stage.models, stage.new),
        drift=compare(stage.old, stage.models),
        own=files.own(base, head),
    )


def _generate(work: Work, stage: Stage, loaded: Loaded) -> Tried:
    """Write a migration and prove it; autogenerate's own file only if it stands the proof as well."""
    subject = work.subject
    subject.log("writing the migration")
    given = subject.settings.decisions
    request = Request(
        checkout=subject.head_root,
        message=subject.settings.message or _message(work.declared),
        revision_id=_new_id(loaded),
        down_to=files.down_to(stage.base_heads, []),
        answers=decisions.read(given, stage.old, stage.target),
        decided=given.decided,
        defaults=_defaults(work.built.head_models),
        noise=frozenset(_noise(work)),
        concurrently=frozenset(work.built.head_models.concurrently),
        log=subject.log,
    )
    generated = generate(stage, request)
    tried = _prove(work, stage, generated, request)
    if generated.guess and not tried.proof.ok:
        subject.log("autogenerate's file does not stand the round trip with rows: completing it")
        (subject.head_root / generated.file.path).unlink(missing_ok=True)
        tried = _prove(work, stage, generate(stage, replace(request, guess=False)), request)
    return tried


def _prove(work: Work, stage: Stage, generated: Generated, request: Request) -> Tried:
    work.subject.log("making the round trip")
    journey = Journey(down_to=request.down_to, meant=generated.meant, given=generated.samples)
    loaded = work.subject.head.load()
    proof, rows, asked = _with_rows(work, stage, journey, list(generated.decisions))
    residual = () if proof.migrated is None else tuple(stage.residual(proof.migrated))
    return Tried(proof, rows, (*generated.decisions, *asked), generated, residual, loaded)


def _verify(work: Work) -> Tried:
    """Run the pull request's own migrations; write one more file for what they leave undone."""
    stage = work.built.stage
    complete = all(revision.downgrade == "complete" for revision in work.own)
    answers = decisions.read(work.subject.settings.decisions, stage.old, stage.target)
    meant = _meant_by(answers)
    journey = Journey(down_to=files.down_to(stage.base_heads, work.own), meant=meant, downgrade=complete)
    work.subject.log("making the round trip with the pull request's migrations")
    proof, rows, asked = _with_rows(work, stage, journey, [])
    tried = Tried(proof, rows, tuple(asked), None, (), work.head)
    residual = () if proof.migrated is None else tuple(stage.residual(proof.migrated))
    if not residual:
        return tried
    return _extend(work, replace(tried, residual=residual), journey)


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
    if extended.generated is None or not extended.proof.ok:
        return replace(
            tried,
            decisions=(*tried.decisions, *extended.decisions),
            generated=extended.generated,
            head=extended.head,
        )
    proof, rows, asked = _with_rows(
        work, stage, replace(journey, meant=extended.generated.meant), list(extended.decisions)
    )
    return replace(extended, proof=proof, rows=rows, decisions=(*extended.decisions, *asked), residual=tried.residual)


def _with_rows(
    work: Work, stage: Stage, journey: Journey, open_before: list[Decision]
) -> tuple[Proof, bool, list[Decision]]:
    """Prove with awkward rows, with mild ones where those cannot pass, with none where no rows can.

    What the rows could not pass becomes a question; the second value says whether rows were there at all.
    """
    asked: list[Decision] = []
    known = {decision.subject for decision in open_before}
    proof = prove(stage, journey)
    for style in ("mild", "none"):
        step = proof.failed_step()
        if step is None or step.error is None or not violations.blames_rows(step.error):
            break
        found = violations.ask(step.error, stage.old, stage.target)
        asked += [d for d in found if d.subject not in known | {other.subject for other in asked}]
        if step.name != "upgrade":
            break
        proof = prove(stage, replace(journey, style=style))
        journey = replace(journey, style=style)
    return proof, journey.style != "none", asked


def _new_id(loaded: Loaded) -> str:
    """A revision id as Alembic makes them, that nobody has yet."""
    taken = {revision.revision for revision in loaded.revisions}
    return next(candidate for candidate in iter(lambda: secrets.token_hex(6), "") if candidate not in taken)


def _message(declared: list[Difference]) -> str:
    """A message from what changes, for when nobody gave one."""
    tables = [d for d in declared if d.kind == "table" and d.action != "changed"]
    columns = [d for d in declared if d.kind == "column"]
    if tables:
        first, verb = tables[0], {"added": "add", "removed": "drop"}[tables[0].action]
        return f"{verb} {first.name}" if len(tables) == 1 else f"{verb} {first.name} and {len(tables) - 1} more"
    if columns:
        parents = sorted({d.parent for d in columns})
        verb = {"added": "add", "removed": "drop", "changed": "change"}[columns[0].action]
        names = " and ".join(d.name for d in columns) if len(columns) <= 2 else f"{len(columns)} columns"
        return f"{verb} {names} of {parents[0]}" if len(parents) == 1 else f"change {' and '.join(parents[:2])}"
    kinds = sorted({d.kind.replace("_", " ") for d in declared})
    return f"change {' and '.join(kinds[:2])}" if kinds else "change"


def _defaults(models: Models) -> dict[Column, ModelDefault]:
    """The Python-side defaults of the head models."""
    return {
        (table.schema or "public", table.name, column.name): ModelDefault(column.default, column.callable_name)
        for table in models.tables
        for column in table.columns
        if column.default is not None or column.callable_name
    }


def _meant_by(answers: Answers) -> Meant:
    """What the author said becomes of rows, where the migration is the author's own."""
    tables = {f"{r.schema}.{r.name}": f"{r.new_schema}.{r.new_name}" for r in answers.renames if r.kind == "table"}
    columns = {f"{r.schema}.{r.parent}.{r.name}": r.new_name for r in answers.renames if r.kind == "column"}
    converted = frozenset(".".join(column) for column in answers.usings)
    return Meant(
        tables=tables,
        columns=columns,
        converted=converted,
        filled=frozenset(".".join(c) for c in answers.fills),
    )


def _noise(work: Work) -> list[str]:
    """What autogenerate proposes although base's models and database agree: it never settles."""
    base = work.subject.base
    if base is None:
        return []
    try:
        return base.autogenerate(work.subject.databases.address(work.built.stage.models_name))
    except ProjectError:
        return []  # then head's autogenerate fails alike, and says so
