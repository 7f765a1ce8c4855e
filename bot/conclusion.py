"""What an examination came to: the parts of a report put together, findings and verdict included."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from bot.database.databases import Databases
from bot.errors import ProjectError
from bot.findings.facts import Facts, Unseen
from bot.findings.rules import all_findings
from bot.migration import files, verdict
from bot.migration.baseline import Built, Side
from bot.migration.generate import Generated
from bot.migration.round_trip import Proof
from bot.outcome import Decision, Difference, Heads, Migration, Project, Status, Step, Versions
from bot.project.worker_client import Loaded, Revision
from bot.report.extras import Extras, ModelPlace, TableView
from bot.request import tree
from bot.request.declared_tables import declared_tables
from bot.request.kinds import is_python, is_test
from bot.schema.describe import changed_tables, describe_table
from bot.schema.diagram import diagram
from bot.schema.snapshots import ObjectKey, Snapshot
from bot.settings import Settings


@dataclass(frozen=True)
class Subject:
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
class Examined:
    project: Project
    extras: Extras


@dataclass(frozen=True)
class Work:
    """What the first stages found."""

    subject: Subject
    built: Built
    declared: list[Difference]
    drift: list[Difference]
    own: list[Revision]

    @property
    def base(self) -> Loaded | None:
        """Base's scripts."""
        return self.subject.base.loaded if self.subject.base else None

    @property
    def head(self) -> Loaded:
        """Head's scripts, as they were before the bot wrote any."""
        return self.subject.head.loaded


@dataclass(frozen=True)
class Tried:
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


def unchanged(work: Work) -> Examined:
    """Nothing is declared anew and no migration was added."""
    project = _project(work, "unchanged", work.head)
    facts = Facts(project=project, base=work.base, head=work.head, notes=work.subject.notes, **_scripts(work))
    findings = all_findings(facts)
    status: Status = "unchanged"
    if any(finding.severity == "error" for finding in findings):
        status = "failed"
    return Examined(msgspec.structs.replace(project, status=status, findings=findings), Extras())


def conclude(work: Work, tried: Tried) -> Examined:
    """The project's part of the report, and its views."""
    loaded = tried.head or work.head
    migrations = _migrations(work, tried, loaded)
    decided = list({(d.kind, d.subject): d for d in reversed(tried.decisions)}.values())[::-1]
    unsettled, noise = _unsettled(work, tried)
    project = msgspec.structs.replace(
        _project(work, "failed", loaded),
        migrations=migrations,
        residual=list(tried.residual),
        decisions=decided,
        round_trip=tried.proof.result(),
    )
    facts = replace(_facts(work, tried, project, loaded), unsettled=unsettled, noise=noise)
    findings = all_findings(facts)
    status = verdict.status(tried.proof, migrations, decided, findings, tried.rows)
    return Examined(
        msgspec.structs.replace(project, status=status, findings=findings),
        _extras(work, tried),
    )


def _project(work: Work, status: Status, loaded: Loaded) -> Project:
    versions = work.head.versions
    return Project(
        config=work.subject.config,
        status=status,
        versions=Versions(
            python=versions.python,
            alembic=versions.alembic,
            sqlalchemy=versions.sqlalchemy,
            server=work.subject.databases.server.version,
        ),
        baseline=work.built.baseline,
        heads=Heads(base=list(work.base.heads) if work.base else [], head=list(loaded.heads)),
        declared=work.declared,
        drift=work.drift,
    )


def _migrations(work: Work, tried: Tried, loaded: Loaded) -> list[Migration]:
    own = {revision.revision for revision in work.own}
    statements = defaultdict(list)
    for revision, statement in tried.proof.statements:
        statements[revision].append(statement)
    return [
        files.shown(revision, work.subject.head_root, revision.revision not in own, statements)
        for revision in files.own(work.base, loaded)
    ]


def _scripts(work: Work) -> dict[str, Any]:
    subject = work.subject
    return {
        "own": tuple(work.own),
        "edited": tuple(files.edited(work.base, work.head, subject.base_root, subject.head_root)),
        "removed": tuple(files.removed(work.base, work.head)),
        "baseline_reason": work.built.reason,
        "head_tables": len(work.built.head_models.tables),
        "base_tables": len(work.built.base_models.tables) if work.built.base_models else 0,
        "unseen": tuple(_unseen(work)),
    }


def _unseen(work: Work) -> Iterator[Unseen]:
    """Tables that changed files declare and did not declare before, and that the head models do not have."""
    subject = work.subject
    known = {table.name for table in work.built.head_models.tables}
    for path in subject.changed:
        if not is_python(path) or is_test(path):
            continue
        before = declared_tables(tree.text(subject.base_root, path) or "")
        for table, line in declared_tables(tree.text(subject.head_root, path) or "").items():
            if table not in before and table not in known:
                yield Unseen(table, path, line)


def _facts(work: Work, tried: Tried, project: Project, loaded: Loaded) -> Facts:
    generated = tried.generated
    return Facts(
        project=project,
        base=work.base,
        head=loaded,
        notes=(*work.subject.notes, *work.built.notes, *(generated.file.notes if generated else ())),
        skipped=tried.proof.seeded.skipped,
        with_rows=tried.rows,
        residual=tried.residual,
        blocked=generated.blocked if generated else None,
        stopped=tried.stopped,
        changed=tuple(tried.proof.changed),
        mended=tried.mended,
        behind=tried.proof.behind,
        **_scripts(work),
    )


def _unsettled(work: Work, tried: Tried) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What autogenerate still proposes after the upgrade: new proposals, and those that it made at base already."""
    found = tuple(tried.proof.unsettled)
    if not found or work.subject.base is None:
        return found, ()
    try:
        stage = work.built.stage
        before = set(work.subject.base.worker.autogenerate(stage.address(stage.old_name)))
    except ProjectError:
        before = set()
    return tuple(text for text in found if text not in before), tuple(text for text in found if text in before)


def _extras(work: Work, tried: Tried) -> Extras:
    old, new = work.built.stage.old, tried.proof.migrated or work.built.stage.target
    tables = changed_tables(work.declared)
    views = tuple(
        TableView(
            title=f"{schema}.{table}",
            before=_described(old, schema, table),
            after=_described(new, schema, table),
        )
        for schema, table in tables
        if any(ObjectKey("table", schema, "", table) in snapshot.objects for snapshot in (old, new))
    )
    models = tuple(
        ModelPlace(table.schema or "public", table.name, table.path, table.line)
        for table in work.built.head_models.tables
        if table.path and table.line and (table.schema or "public", table.name) in tables
    )
    return Extras(views, diagram(new, tables), tuple(work.subject.head.worker.history()), models)


def _described(snapshot: Snapshot, schema: str, table: str) -> str | None:
    if ObjectKey("table", schema, "", table) not in snapshot.objects:
        return None
    return describe_table(snapshot, schema, table)
