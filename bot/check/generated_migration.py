"""A migration that the bot writes, with its proof.

In: the change, a testbed, head's scripts. Out: an `Attempt`; the file is in head's checkout.
"""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from bot.check.records import Attempt, ProjectChange
from bot.migration.intent import answers, questions
from bot.migration.intent.analysis import GenerateRequest
from bot.migration.intent.questions import ModelDefault
from bot.migration.planner.change import Column
from bot.migration.proof.fallback import ProofOutcome, prove_with_fallback, refuse_wrong_answers
from bot.migration.proof.options import RoundTripOptions
from bot.migration.proof.proof import Proof
from bot.migration.proof.round_trip import prove
from bot.migration.testbed import noise
from bot.migration.testbed.testbed import Testbed
from bot.migration.writer import revisions
from bot.migration.writer.generate import Generated, generate
from bot.project.client.client import Loaded, Models
from bot.report.text import first_line
from bot.schema.objects import Table


def attempt(change: ProjectChange, testbed: Testbed, loaded: Loaded) -> Attempt:
    """Write a migration and prove it; autogenerate's own file only if it passes the round trip as it is."""
    inputs = change.inputs
    inputs.log("writing the migration")
    asked = replace(request(change, testbed, loaded), options=_place(change, loaded))
    generated = generate(testbed, asked)
    refuse_wrong_answers(testbed, _options(generated, asked))
    inputs.log("making the round trip")
    if generated.is_plain:
        proof = prove(testbed, replace(_options(generated, asked), strict=True))
        if proof.ok:
            return _attempt(ProofOutcome(proof, seeded=proof.seeded), testbed, generated, inputs.head.worker.load())
        inputs.log(f"autogenerate's file does not pass the round trip ({_trouble(proof)}): completing it")
        inputs.head.worker.discard(generated.file.path)
        generated = generate(testbed, replace(asked, try_plain=False))
    outcome = prove_with_fallback(testbed, _options(generated, asked))
    return _attempt(outcome, testbed, generated, inputs.head.worker.load())


def _place(change: ProjectChange, loaded: Loaded) -> dict[str, str]:
    """Which head the file follows if there are several."""
    inputs = change.inputs
    tables = {difference.parent or difference.name for difference in change.declared}
    head = revisions.continued(loaded, inputs.head_root, tables, inputs.settings.branch)
    return {"head": head} if head else {}


def request(change: ProjectChange, testbed: Testbed, loaded: Loaded) -> GenerateRequest:
    """The writer's input besides the databases."""
    inputs = change.inputs
    return GenerateRequest(
        worker=inputs.head.worker,
        message=inputs.shared.message or inputs.settings.message,
        declared=[d for d in change.declared if d.schema not in testbed.tenants],
        revision_id=inputs.shared.revision or _new_id(change, loaded),
        down_to=revisions.down_to(testbed.base_heads),
        answers=answers.read(inputs.settings.answers, testbed.old, testbed.target),
        defaults=_defaults(change.built.head_models),
        noise=partial(_noise, change),
        concurrently=frozenset(change.built.head_models.concurrently),
        safer=inputs.settings.safer,
        log=inputs.log,
        beside=inputs.shared.parts,
    )


def _noise(change: ProjectChange, tables: Iterable[Table] | None) -> frozenset[str]:
    """What autogenerate already proposes for these tables on the database of base's models."""
    base, testbed = change.inputs.base, change.built.testbed
    address = testbed.address(testbed.models_name)
    return noise.at_base(base.worker if base else None, address, tables) or frozenset()


def _options(generated: Generated, asked: GenerateRequest) -> RoundTripOptions:
    return RoundTripOptions(
        down_to=asked.down_to,
        expected=generated.expected,
        given=generated.samples,
        without=asked.answers.clean,
        proposed=None if not generated.is_plain or generated.file.tables is None else frozenset(generated.file.tables),
    )


def _trouble(proof: Proof) -> str:
    step = proof.failed_step()
    if step is None:
        return "rows are lost"
    return first_line(step.error.message) if step.error else f"the {step.name} leaves differences"


def _attempt(outcome: ProofOutcome, testbed: Testbed, generated: Generated, loaded: Loaded) -> Attempt:
    """The attempt with its questions: first those from the schema, then those from rows, then on rounded values."""
    proof = outcome.proof
    asked = [
        *generated.decisions,
        *outcome.asked,
        *(questions.time_zone_dependent(key, testbed.target) for key in proof.time_zone_dependent),
        *(questions.changed(change) for change in proof.values),
    ]
    return Attempt(
        proof=proof,
        rows=outcome.rows,
        decisions=tuple({(d.kind == "clean", d.subject): d for d in reversed(asked)}.values())[::-1],
        generated=generated,
        residual=() if proof.migrated is None else tuple(testbed.residual(proof.migrated)),
        head=loaded,
        stopped=outcome.stopped,
        seeded=outcome.seeded,
    )


def _new_id(change: ProjectChange, loaded: Loaded) -> str:
    """A new revision id as Alembic makes them."""
    base = change.inputs.base
    return revisions.new_id(base.loaded if base else None, loaded, iter(partial(secrets.token_hex, 6), ""))


def _defaults(models: Models) -> dict[Column, ModelDefault]:
    """The Python-side defaults of the head models."""
    return {
        (table.schema or "public", table.name, column.name): ModelDefault(column.default, column.callable_name)
        for table in models.tables
        for column in table.columns
        if column.default is not None or column.callable_name
    }
