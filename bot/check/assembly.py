"""What an examination came to: the parts of a report put together, findings and verdict included."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from bot.database.databases import Databases
from bot.discovery import tree
from bot.discovery.declared_tables import declared_tables
from bot.discovery.file_kinds import is_python, is_test
from bot.errors import ProjectError
from bot.findings.facts import Facts, Unseen
from bot.findings.registry import all_findings
from bot.migration.proof import verdict
from bot.migration.proof.round_trip import Proof
from bot.migration.testbed.baseline import BuiltDatabases, Side
from bot.migration.writer import revisions
from bot.migration.writer.generate import Generated
from bot.model import Decision, Difference, Heads, Migration, Project, Status, Step, Versions
from bot.project.client.client import Loaded, Revision
from bot.report.views import ModelPlace, TableChange, Views
from bot.schema.describe import changed_tables, describe_table
from bot.schema.diagram import diagram
from bot.settings import Settings


@dataclass(frozen=True)
class ProjectInputs:
    """One environment with all that is needed to examine it. `base` is None when it is new."""

    config: str
    settings: Settings
    databases: Databases
    base: Side | None
    head: Side
    base_root: Path
    head_root: Path
    notes: tuple[str, ...]
    log: Callable[[str], None]
    changed: tuple[str, ...] = ()  # paths of the files that differ


@dataclass(frozen=True)
class ProjectResult:
    project: Project
    views: Views


@dataclass(frozen=True)
class ProjectChange:
    """What the first stages found."""

    inputs: ProjectInputs
    built: BuiltDatabases
    declared: list[Difference]
    drift: list[Difference]
    own: list[Revision]

    @property
    def base(self) -> Loaded | None:
        """Base's scripts."""
        return self.inputs.base.loaded if self.inputs.base else None

    @property
    def head(self) -> Loaded:
        """Head's scripts, as they were before the bot wrote any."""
        return self.inputs.head.loaded


@dataclass(frozen=True)
class Attempt:
    """A migration with its proof.

    `rows` tells whether there were any, `stopped` which step they did not pass at first; `head` is what head's
    scripts are now; `mended` is how the pull request's own file would have to read, as a diff.
    """

    proof: Proof
    rows: bool
    decisions: tuple[Decision, ...] = ()
    generated: Generated | None = None
    residual: tuple[Difference, ...] = ()
    head: Loaded | None = None
    stopped: Step | None = None
    mended: str = ""


def unchanged(change: ProjectChange) -> ProjectResult:
    """Nothing is declared anew and no migration was added."""
    project = _project(change, "unchanged", change.head)
    facts = Facts(project=project, base=change.base, head=change.head, notes=change.inputs.notes, **_scripts(change))
    findings = all_findings(facts)
    status: Status = "unchanged"
    if any(finding.severity == "error" for finding in findings):
        status = "failed"
    return ProjectResult(msgspec.structs.replace(project, status=status, findings=findings), Views())


def conclude(change: ProjectChange, attempt: Attempt) -> ProjectResult:
    """The project's part of the report, and its views."""
    loaded = attempt.head or change.head
    migrations = _migrations(change, attempt, loaded)
    decided = list({(d.kind, d.subject): d for d in reversed(attempt.decisions)}.values())[::-1]
    unsettled, noise = _unsettled(change, attempt)
    project = msgspec.structs.replace(
        _project(change, "failed", loaded),
        migrations=migrations,
        residual=list(attempt.residual),
        decisions=decided,
        round_trip=attempt.proof.result(),
    )
    facts = replace(_facts(change, attempt, project, loaded), unsettled=unsettled, noise=noise)
    findings = all_findings(facts)
    status = verdict.status(attempt.proof, migrations, decided, findings, attempt.rows)
    return ProjectResult(
        msgspec.structs.replace(project, status=status, findings=findings),
        _views(change, attempt),
    )


def _project(change: ProjectChange, status: Status, loaded: Loaded) -> Project:
    versions = change.head.versions
    return Project(
        config=change.inputs.config,
        status=status,
        versions=Versions(
            python=versions.python,
            alembic=versions.alembic,
            sqlalchemy=versions.sqlalchemy,
            server=change.inputs.databases.server.version,
        ),
        baseline=change.built.baseline,
        heads=Heads(base=list(change.base.heads) if change.base else [], head=list(loaded.heads)),
        declared=change.declared,
        drift=change.drift,
    )


def _migrations(change: ProjectChange, attempt: Attempt, loaded: Loaded) -> list[Migration]:
    own = {revision.revision for revision in change.own}
    statements = defaultdict(list)
    for revision, statement in attempt.proof.statements:
        statements[revision].append(statement)
    return [
        revisions.shown(revision, change.inputs.head_root, revision.revision not in own, statements)
        for revision in revisions.own(change.base, loaded)
    ]


def _scripts(change: ProjectChange) -> dict[str, Any]:
    inputs = change.inputs
    return {
        "own": tuple(change.own),
        "edited": tuple(revisions.edited(change.base, change.head, inputs.base_root, inputs.head_root)),
        "removed": tuple(revisions.removed(change.base, change.head)),
        "baseline_reason": change.built.reason,
        "head_tables": len(change.built.head_models.tables),
        "base_tables": len(change.built.base_models.tables) if change.built.base_models else 0,
        "unseen": tuple(_unseen(change)),
    }


def _unseen(change: ProjectChange) -> Iterator[Unseen]:
    """Tables that changed files declare and did not declare before, and that the head models do not have."""
    inputs = change.inputs
    known = {table.name for table in change.built.head_models.tables}
    for path in inputs.changed:
        if not is_python(path) or is_test(path):
            continue
        before = declared_tables(tree.text(inputs.base_root, path) or "")
        for table, line in declared_tables(tree.text(inputs.head_root, path) or "").items():
            if table not in before and table not in known:
                yield Unseen(table, path, line)


def _facts(change: ProjectChange, attempt: Attempt, project: Project, loaded: Loaded) -> Facts:
    generated = attempt.generated
    return Facts(
        project=project,
        base=change.base,
        head=loaded,
        notes=(*change.inputs.notes, *change.built.notes, *(generated.file.notes if generated else ())),
        skipped=attempt.proof.seeded.skipped,
        with_rows=attempt.rows,
        residual=attempt.residual,
        blocked=generated.blocked if generated else None,
        stopped=attempt.stopped,
        changed=tuple(attempt.proof.changed),
        mended=attempt.mended,
        behind=attempt.proof.behind,
        **_scripts(change),
    )


def _unsettled(change: ProjectChange, attempt: Attempt) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What autogenerate still proposes after the upgrade: new proposals, and those that it made at base already."""
    found = tuple(attempt.proof.unsettled)
    if not found or change.inputs.base is None:
        return found, ()
    try:
        testbed = change.built.testbed
        before = set(change.inputs.base.worker.autogenerate(testbed.address(testbed.old_name)))
    except ProjectError:
        before = set()
    return tuple(text for text in found if text not in before), tuple(text for text in found if text in before)


def _views(change: ProjectChange, attempt: Attempt) -> Views:
    old, new = change.built.testbed.old, attempt.proof.migrated or change.built.testbed.target
    names = changed_tables(change.declared)
    tables = [
        TableChange(
            schema=schema,
            name=name,
            before=describe_table(old, schema, name),
            after=describe_table(new, schema, name),
        )
        for schema, name in names
    ]
    models = [
        ModelPlace(schema=table.schema or "public", table=table.name, path=table.path, line=table.line)
        for table in change.built.head_models.tables
        if table.path and table.line and (table.schema or "public", table.name) in names
    ]
    return Views(
        tables=tuple(table for table in tables if table.before or table.after),
        diagram=diagram(new, change.declared),
        history=tuple(change.inputs.head.worker.history()),
        models=tuple(models),
    )
