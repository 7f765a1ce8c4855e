"""Assembles the report of an Alembic environment, findings and status included. Pure: runs nothing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from bot.check.records import Attempt, Observations, ProjectChange, ProjectResult, SharedFile
from bot.discovery import tree
from bot.discovery.environments import AlembicConfig
from bot.discovery.undeclared_models import undeclared_models
from bot.findings import deploying, times
from bot.findings.facts import Facts
from bot.findings.registry import all_findings
from bot.migration.intent import written_values
from bot.migration.intent.expected_data import Table
from bot.migration.proof import verdict
from bot.migration.writer import revisions
from bot.model import (
    Deploy,
    Finding,
    Heads,
    Migration,
    ObjectKey,
    Preflight,
    Project,
    Status,
    Versions,
    Where,
)
from bot.project.client.client import Loaded, Models
from bot.report.views import ModelPlace, TableChange, Views
from bot.schema.describe import changed_tables, describe_table
from bot.schema.diagram import diagram


def unchanged(change: ProjectChange, observed: Observations) -> ProjectResult:
    """The result when the models declare nothing new and no migration was added."""
    project = _project(change, "unchanged", change.head)
    notes = (*change.inputs.notes, *change.built.notes)
    facts = Facts(project=project, base=change.base, head=change.head, notes=notes, **_shared(change, observed))
    findings = all_findings(facts)
    status = _status_without_migration(findings)
    return ProjectResult(msgspec.structs.replace(project, status=status, findings=findings), Views())


def of_several(result: ProjectResult, all_results: Sequence[ProjectResult], databases: Sequence[str]) -> ProjectResult:
    """One of several databases of an env.py: the file that was written for them is the last that was written."""
    sources = {m.path: m.source for other in all_results for m in other.project.migrations if m.origin == "generated"}
    migrations = [
        msgspec.structs.replace(migration, source=sources[migration.path]) if migration.path in sources else migration
        for migration in result.project.migrations
    ]
    project = msgspec.structs.replace(result.project, migrations=migrations, databases=list(databases))
    return replace(result, project=project)


def with_origin(results: Sequence[ProjectResult], earlier: Sequence[ProjectResult]) -> list[ProjectResult]:
    """The results of an environment that shares its revisions: a file that was written for one before is the bot's."""
    written = {m.path for result in earlier for m in result.project.migrations if m.origin == "generated"}
    return [
        replace(
            result,
            project=msgspec.structs.replace(
                result.project,
                migrations=[
                    msgspec.structs.replace(migration, origin="generated") if migration.path in written else migration
                    for migration in result.project.migrations
                ],
            ),
        )
        for result in results
    ]


def removed(config: AlembicConfig, head_root: Path) -> ProjectResult:
    """An environment that the change removes: none of its migrations can be run any more."""
    remains = config.script_dir is not None and tree.is_file(head_root, f"{config.script_dir}/env.py")
    finding = Finding(
        code="environment-removed",
        severity="error" if remains else "warning",
        title=f"The change removes the Alembic configuration {config.path}",
        detail=f"{config.script_dir}/env.py is still there, but nothing leads to it."
        if remains
        else "Its migrations are gone as well: changes of the models reach no database any more.",
        advice="Keep the file, or name the one that takes its place with --config.",
        where=Where(path=config.path),
    )
    status = _status_without_migration([finding])
    return ProjectResult(Project(config=config.path, status=status, findings=[finding]), Views())


def _status_without_migration(findings: list[Finding]) -> Status:
    severities = {finding.severity for finding in findings}
    return "failed" if "error" in severities else "warning" if "warning" in severities else "unchanged"


def conclude(change: ProjectChange, attempt: Attempt, observed: Observations) -> ProjectResult:
    """The project's part of the report, and its views."""
    loaded = attempt.head or change.head
    migrations = _migrations(change, attempt, loaded)
    decided = list({(d.kind, d.subject): d for d in reversed(attempt.decisions)}.values())[::-1]
    project = msgspec.structs.replace(
        _project(change, "failed", loaded),
        migrations=migrations,
        residual=list(attempt.residual),
        decisions=decided,
        renamed=dict(attempt.renamed),
        round_trip=attempt.proof.result(),
        preflight=_preflight(attempt),
        deploy=_deploy(attempt, observed),
    )
    findings = all_findings(_facts(change, attempt, observed, project, loaded))
    status = verdict.status(attempt.proof, migrations, decided, findings, attempt.rows)
    return ProjectResult(
        msgspec.structs.replace(project, status=status, findings=findings),
        _views(change, attempt, loaded),
        _shared_file(attempt, migrations),
    )


def _shared_file(attempt: Attempt, migrations: list[Migration]) -> SharedFile:
    """The written file, as the next database of the same env.py adds to it."""
    written = next((migration for migration in migrations if migration.origin == "generated"), None)
    if written is None or attempt.generated is None:
        return SharedFile()
    file = attempt.generated.file
    return SharedFile(file.path, written.revision, attempt.generated.message, file.parts)


def _project(change: ProjectChange, status: Status, loaded: Loaded) -> Project:
    versions = change.head.versions
    return Project(
        config=change.inputs.config,
        name=change.inputs.name,
        status=status,
        versions=Versions(
            python=versions.python,
            alembic=versions.alembic,
            sqlalchemy=versions.sqlalchemy,
            server=change.inputs.databases.server.version,
            confinement=change.inputs.confinement,
        ),
        baseline=change.built.baseline,
        heads=Heads(base=list(change.base.heads) if change.base else [], head=list(loaded.heads)),
        declared=change.declared,
        drift=change.drift,
    )


def _preflight(attempt: Attempt) -> list[Preflight]:
    """Queries that count rows in a real database which break what is new or tighter."""
    return [
        Preflight(subject=restriction.subject, sql=restriction.counting)
        for restriction in attempt.seeded.restrictions
        if restriction.counting
    ]


def _deploy(attempt: Attempt, observed: Observations) -> Deploy | None:
    facts, tried, measured = attempt.proof.facts, observed.compatibility, observed.measured
    if not facts:
        return None
    return Deploy(
        noon=deploying.noon(facts),
        locks=deploying.deploy_locks(facts, measured.statements if measured else {}),
        order=tried.order if tried else None,
        old_code=tried.old_code if tried else [],
        new_code=tried.new_code if tried else [],
        times=times.times(measured) if measured else None,
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


def _shared(change: ProjectChange, observed: Observations) -> dict[str, Any]:
    """Facts that need no migration."""
    inputs, built = change.inputs, change.built
    declared = {*(table.name for table in built.head_models.tables), *built.head_models.elsewhere}
    existing = {key.name for key in built.testbed.old.of("table")}
    return {
        "own": tuple(change.own),
        "conflict": inputs.conflict,
        "safer_wanted": inputs.settings.safer,
        "require_migration": inputs.settings.require_migration,
        "include_drift": inputs.settings.include_drift,
        "edited": tuple(revisions.edited(change.base, change.head, inputs.base_root, inputs.head_root, inputs.changed)),
        "removed": tuple(revisions.removed(change.base, change.head)),
        "baseline_reason": built.reason,
        "base_failure": inputs.base_failure,
        "head_tables": len(built.head_models.tables),
        "base_tables": len(built.base_models.tables) if built.base_models else 0,
        "undeclared_models": tuple(
            undeclared_models(inputs.base_root, inputs.head_root, inputs.candidates, declared, existing, inputs.common)
        ),
        "version_tables": (_version_table(built.base_models or built.head_models), _version_table(built.head_models)),
        "excluded": frozenset(table for _, table in _left_out(built.head_models)),
        "hidden": frozenset(_left_out(built.head_models) - _left_out(built.base_models) if built.base_models else ()),
        "writings": tuple(written_values.changed(built.base_models, built.head_models) if built.base_models else ()),
        "old": built.testbed.old,
        "unsettled": observed.unsettled,
        "noise": observed.noise,
        "fresh": observed.fresh,
        "broken": tuple(observed.compatibility.broken) if observed.compatibility else (),
        "watched_change": built.watched_change,
    }


def _left_out(models: Models) -> set[Table]:
    """Tables that models declare and env.py keeps from autogenerate."""
    return {(schema, table) for kind, schema, table, _ in models.excluded if kind == "table"}


def _version_table(models: Models) -> ObjectKey:
    return ObjectKey("table", models.version_table_schema or "public", "", models.version_table)


def _notes(change: ProjectChange, attempt: Attempt, observed: Observations) -> tuple[str, ...]:
    written = attempt.generated.file.notes if attempt.generated else ()
    failed = (observed.squawk_failed,) if observed.squawk_failed else ()
    return (*change.inputs.notes, *change.built.notes, *written, *failed)


def _facts(change: ProjectChange, attempt: Attempt, observed: Observations, project: Project, loaded: Loaded) -> Facts:
    generated = attempt.generated
    return Facts(
        project=project,
        base=change.base,
        head=loaded,
        notes=_notes(change, attempt, observed),
        skipped=attempt.proof.seeded.skipped,
        with_rows=attempt.rows,
        residual=attempt.residual,
        blocked=generated.blocked if generated else None,
        stopped=attempt.stopped,
        changed=tuple(attempt.proof.values),
        literals=tuple(attempt.proof.literals),
        row_changes=tuple(attempt.proof.changes),
        mended=attempt.mended,
        safer=attempt.safer,
        out_of_sync=tuple(attempt.proof.out_of_sync),
        by_hand=attempt.by_hand,
        left_defaults=attempt.left_defaults,
        watched=tuple(attempt.proof.watched),
        only_new=tuple(attempt.proof.only_new),
        later_error=attempt.proof.later_error,
        stops=tuple(attempt.proof.stops),
        later_lost=tuple(attempt.proof.later_lost),
        without_values=tuple(attempt.proof.before.without_values()),
        made_for_rows=tuple(attempt.proof.made_for_rows),
        lookup_error=attempt.lookup_error,
        helpers=attempt.helpers,
        unread=attempt.unread,
        row_counts={table: len(content.rows) for table, content in attempt.proof.before.tables.items()},
        unwritten=attempt.unwritten,
        upgrade=tuple(attempt.proof.facts),
        remarks=observed.remarks,
        migrated=attempt.proof.migrated,
        history=tuple(revisions.sources(change.base, change.inputs.base_root)) if change.own else (),
        untold=attempt.proof.untold,
        untried=tuple(restriction for restriction, outcome in attempt.seeded.outcomes if outcome == "untried"),
        **_shared(change, observed),
    )


def _views(change: ProjectChange, attempt: Attempt, loaded: Loaded) -> Views:
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
        history=tuple(loaded.history),
        models=tuple(models),
    )
