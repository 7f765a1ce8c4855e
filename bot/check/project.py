"""The check of one Alembic environment: old and new database, migration, round trip, findings, status.

In: two checkouts with workers on them and a server's databases. Out: a `Project` of the report, and
what the views show beside it. What needs no server is read while it starts.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.check import assembly, fresh_install, generated_migration, own_migrations
from bot.check.records import Attempt, Observations, ProjectChange, ProjectInputs, ProjectResult
from bot.discovery import tree
from bot.errors import ProjectError
from bot.findings.facts import FreshInstall
from bot.migration.compatibility import rolling
from bot.migration.intent.expected_data import ExpectedData
from bot.migration.testbed import baseline, noise
from bot.migration.testbed.side import ProjectSide
from bot.migration.trace import squawk
from bot.migration.writer import revisions
from bot.model import Compatibility
from bot.project.client.client import Worker
from bot.schema.compare import compare
from bot.schema.snapshots import Snapshot
from bot.settings.files import RowsFile
from bot.system.timing import Threads, span

if TYPE_CHECKING:
    from bot.migration.scale.measuring import Measured


def read(base: Worker | None, head: Worker) -> tuple[ProjectSide | None, ProjectSide]:
    """Both sides with their migrations; raises `ProjectError` when their chain is broken. Needs no database."""
    with Threads(1) as pool:
        loading = pool.submit(base.load) if base else None
        read_head = ProjectSide(head, head.load())
        return ProjectSide(base, loading.result()) if base and loading else None, read_head


def check_project(inputs: ProjectInputs) -> ProjectResult:
    """The whole check; raises `BotError` when there can be no result."""
    change = _prepare(inputs)
    testbed = change.built.testbed
    if inputs.settings.rows is not None and (change.own or change.declared):
        change = _with_rows(change, inputs.settings.rows, inputs.settings.machine.temporary)
        testbed = change.built.testbed
    repairs = inputs.settings.include_drift and compare(testbed.old, testbed.target)
    if not change.own and not change.declared and not repairs:
        return assembly.unchanged(change, _observed_unchanged(change))
    attempt = (
        own_migrations.attempt(change)
        if change.own
        else generated_migration.attempt(change, change.built.testbed, change.head)
    )
    observed = _observed(change, attempt)
    with span("findings"):
        return assembly.conclude(change, attempt, observed)


def _prepare(inputs: ProjectInputs) -> ProjectChange:
    inputs.log("building the old and the new database")
    built = baseline.build(
        inputs.databases,
        inputs.base,
        inputs.head,
        inputs.settings.baseline,
        inputs.settings.include_drift,
        _words_of_base(inputs) if inputs.base_failure else None,
    )
    testbed = built.testbed
    return ProjectChange(
        inputs=inputs,
        built=built,
        declared=compare(testbed.models, testbed.new),
        drift=compare(testbed.old, testbed.models),
        own=revisions.own(inputs.base.loaded if inputs.base else None, inputs.head.loaded),
    )


def _words_of_base(inputs: ProjectInputs) -> set[str]:
    """What the change's files say at base, but for migrations: a model that goes is there."""
    revisions = {revision.path for revision in inputs.base.loaded.revisions} if inputs.base else set[str]()
    paths = [path for path in inputs.changed if path.endswith(".py") and path not in revisions]
    return {word for path in paths for word in re.findall(r"\w+", tree.text(inputs.base_root, path) or "")}


def _with_rows(change: ProjectChange, file: RowsFile, temporary: Path) -> ProjectChange:
    """The testbed with the user's own rows, which every round trip begins with."""
    from bot.migration.testbed import given_rows  # noqa: PLC0415  few runs have rows of their own

    change.inputs.log(f"loading the rows of {file.name}")
    testbed = given_rows.fill(change.built.testbed, file, temporary)
    return replace(change, built=replace(change.built, testbed=testbed))


def _observed_unchanged(change: ProjectChange) -> Observations:
    return Observations(
        unsettled=_newly_proposed(change),
        fresh=fresh_install.check(change, change.built.testbed.old),
    )


def _newly_proposed(change: ProjectChange) -> tuple[str, ...]:
    """What autogenerate proposes now and does not propose on the database of base's models."""
    # Without the migration that the database is at, it cannot even begin.
    if revisions.removed(change.base, change.head):
        return ()
    name = change.built.testbed.models_name
    try:
        proposed = change.inputs.head.worker.autogenerate(change.built.testbed.address(name))
    except ProjectError:
        if _proposed_at_base(change, name) is None:
            return ()  # nor could it before
        raise
    before = _proposed_at_base(change, name) if proposed else frozenset[str]()
    return () if before is None else tuple(text for text in proposed if text not in before)


def _observed(change: ProjectChange, attempt: Attempt) -> Observations:
    """What autogenerate still proposes after the upgrade, and whether it did before."""
    # What base proposes cannot be asked where its code does not run: it may be the same.
    found = () if change.inputs.base_failure else attempt.proof.unsettled
    before = (_proposed_at_base(change, change.built.testbed.old_name) if found else None) or frozenset[str]()
    upgraded = attempt.proof.migrated
    remarks, squawk_failed = squawk.remarks(
        attempt.proof.facts,
        change.inputs.databases.server.major,
        change.inputs.settings.machine.temporary,
    )
    return Observations(
        unsettled=tuple(text for text in found if text not in before),
        noise=tuple(text for text in found if text in before),
        fresh=fresh_install.check(change, upgraded) if upgraded else FreshInstall(),
        compatibility=_compatibility(change, upgraded) if upgraded else None,
        measured=_measured(change, attempt) if upgraded else None,
        remarks=tuple(remarks),
        squawk_failed=squawk_failed,
    )


def _measured(change: ProjectChange, attempt: Attempt) -> "Measured | None":
    """How long the upgrade takes, if that was asked for."""
    settings, generated = change.inputs.settings, attempt.generated
    if not settings.scale and not settings.sizes:
        return None
    from bot.migration.scale.measuring import USUAL, Wanted, measure  # noqa: PLC0415  few runs measure

    change.inputs.log("measuring how long the upgrade takes")
    expected = generated.expected if generated else ExpectedData()
    wanted = Wanted(settings.scale or USUAL, settings.sizes)
    return measure(change.built.testbed, expected, attempt.proof.facts, wanted, change.inputs.log)


def _compatibility(change: ProjectChange, upgraded: Snapshot) -> Compatibility | None:
    base, broken = change.inputs.base, change.inputs.base_failure
    return rolling.check(change.built.testbed, base.worker, upgraded) if base and not broken else None


def _proposed_at_base(change: ProjectChange, name: str) -> frozenset[str] | None:
    base = change.inputs.base
    return noise.at_base(base.worker if base else None, change.built.testbed.address(name))
