"""What the comment says of one Alembic environment, as values for its template.

In: a project of the report and its views. Out: names and values for `project.md.j2`; nothing is escaped yet.
"""

from collections.abc import Set
from typing import Any

import msgspec

from bot.findings.rules.residual import CODE as INCOMPLETE
from bot.findings.rules.rows import WITHOUT_ROWS
from bot.model import MERGE_CONFLICT, MIGRATION_MISSING, Difference, Failure, Migration, Project, Where
from bot.report import headline, phrases, questions
from bot.report.deploying import deploy
from bot.report.mermaid import drawing
from bot.report.objects import objects
from bot.report.statements import preflight, scripts
from bot.report.steps import steps
from bot.report.text import first_line, listed, shortened
from bot.report.views import Views
from bot.report.what_changes import what_changes
from bot.report.workflow_words import sentence, snippet

# Findings that have a place of their own: drift a fold, the lines that mend a migration, how to get the file.
_ELSEWHERE = frozenset({"older-drift", "mended", "safer-form", MERGE_CONFLICT, MIGRATION_MISSING})
# Kinds of objects of which neither catalog nor watched objects tell.
NOT_COMPARED = (
    "roles and tablespaces themselves, subscriptions, security labels, large objects, conversions, access methods and"
    " transforms"
)
_LONG = 12  # lines of a diff, after which a question below it would not be seen
_ASKED = 4  # questions that are seen at once: more would be higher than a screen
_NAMED = 8  # differences that a finding names
# Notices that say of single statements what the line on deployment says of the whole migration.
_OF_LOCKS = frozenset(
    {
        *("rows-read-under-lock", "several-tables-locked", "work-under-lock", "table-rewrite"),
        *("no-lock-timeout", "index-blocks-writers"),
    }
)


def values_of(project: Project, views: Views | None, *, workflow: bool) -> dict[str, Any]:
    """By the names that the template has for them; in a `workflow`, advice names inputs in place of options."""
    shown_steps, ran = steps(project), list(scripts(project.migrations))
    details = {finding.code: finding.detail for finding in project.findings}
    mended = details.get("mended", "")
    generated = phrases.generated(project)
    waiting = questions.waiting(project)
    findings = _findings(project, {m.path for m in generated}, seen=not mended, workflow=workflow)
    deployed = deploy(project)
    return {
        "config": project.label,
        "emoji": headline.emoji_of(project),
        "headline": headline.project_headline(project),
        **_error(project.error, workflow=workflow),
        **_by_weight(findings, failed=project.status == "failed", deployed=bool(deployed)),
        "mended": mended,
        "mended_folded": questions.is_open(project) and mended.count("\n") > _LONG,
        "safer": details.get("safer-form", ""),
        "changes": what_changes(project),
        "waiting": waiting[:_ASKED],
        "waiting_more": waiting[_ASKED:],
        "is_open": questions.is_open(project),
        "settled": questions.settled(project),
        # Lines that mend the author's own migration are worth more than a second file.
        "generated": [] if mended else [_file(migration) for migration in generated],
        "objects": objects(project, views),
        "steps": shown_steps,
        "tried": _tried(generated, mended),
        "way": shown_steps[0].way if shown_steps else "",
        "rows_text": _rows(project),
        "residual": _residual(project),
        "deploy": deployed,
        "scripts": ran,
        "counts": listed([f"{script.count} for the {script.direction}" for script in ran]),
        "preflight": preflight([project]),
        "diagram": drawing(views.diagram) if views else "",
        "drift": project.drift,
        "history": views.history if views else (),
        "versions": _versions(project),
    }


def _error(error: Failure | None, *, workflow: bool) -> dict[str, Any]:
    advice = error.advice if error else ""
    return {
        "error": error,
        "advice": sentence(advice) if workflow else advice,
        "snippet": snippet(advice) if workflow else "",
        "message": _message(error),
    }


def _by_weight(findings: list[dict[str, Any]], *, failed: bool, deployed: bool) -> dict[str, Any]:
    """By what they mean for the change.

    A migration that `failed` has to be another one first: what is only worth knowing of it can wait, and what an open
    question says already.
    """
    locks = [one for one in findings if deployed and one["severity"] == "notice" and one["code"] in _OF_LOCKS]
    folded = [one for one in findings if failed and (one["severity"] == "notice" or one["code"] == WITHOUT_ROWS)]
    folded = [one for one in findings if one in folded or one in locks]
    risks = [finding for finding in findings if finding["severity"] != "error" and finding not in folded]
    return {
        "failed": failed,
        "wrong": [finding for finding in findings if finding["severity"] == "error"],
        "risks": risks,
        "detailed": [finding for finding in risks if finding["detail"]],
        "folded": folded,
        "eased": _eased(locks),
        "more_on_locks": max(0, len(locks) - 1),
    }


def _findings(project: Project, made: Set[str], *, seen: bool, workflow: bool) -> list[dict[str, Any]]:
    """Those without a place of their own in the comment; of files that the bot `made`, the line, if they are `seen`."""
    return [
        {
            **msgspec.structs.asdict(finding),
            "advice": sentence(finding.advice) if workflow else finding.advice,
            "where": _place(finding.where, made, seen=seen),
        }
        for finding in project.findings
        if finding.code not in _ELSEWHERE
    ]


def _eased(locks: list[dict[str, Any]]) -> str:
    """The advice that goes with the line on deployment: a command that does it is better than words."""
    advice = [str(one["advice"]) for one in locks if one["advice"]]
    return next((text for text in advice if "/migration safer" in text), advice[0] if advice else "")


def _place(where: Where | None, made: Set[str], *, seen: bool) -> str:
    if where is None or (where.path in made and not (seen and where.line)):
        return ""
    if where.path in made:
        return f"line {where.line}"
    return f"{where.path}:{where.line}" if where.line else where.path


def _tried(generated: list[Migration], mended: str) -> str:
    if mended:
        return "the pull request's migration with these lines"
    return "the generated migration" if generated else "the pull request's own migration"


def _file(migration: Migration) -> dict[str, Any]:
    return {"path": migration.path, "source": migration.source, "lines": migration.source.count("\n")}


def _residual(project: Project) -> list[Difference]:
    """Residual differences that the finding leaves out: it names the first few and does not describe changes."""
    named = any(finding.code == INCOMPLETE for finding in project.findings) and len(project.residual) <= _NAMED
    return [] if named and all(d.action != "changed" for d in project.residual) else project.residual


def _message(error: Failure | None) -> str:
    """The error's message, unless the headline has it."""
    if error is None or error.message.strip() == first_line(error.message):
        return ""
    return shortened(error.message, 4_000)


def _rows(project: Project) -> str:
    rows, steps = project.round_trip.rows, project.round_trip.steps
    if not rows.inserted:
        return "There were no rows in the tables."
    what = f"{rows.inserted} row{'s' * (rows.inserted != 1)} in {rows.tables} table{'s' * (rows.tables != 1)}"
    if any(step.error for step in steps):
        return f"There were {what}."  # whether they would have gone all the way is not known
    lost = "some were lost" if rows.lost else "none was lost that could have been kept"
    return f"{what} went along: {lost}. Not looked at: {NOT_COMPARED}."


def _versions(project: Project) -> str:
    versions = project.versions
    parts = [
        f"Python {versions.python}" if versions.python else "",
        f"Alembic {versions.alembic}" if versions.alembic else "",
        f"SQLAlchemy {versions.sqlalchemy}" if versions.sqlalchemy else "",
        versions.server,
        f"confined by {versions.confinement}" if versions.confinement else "",
        f"old database built from base's {project.baseline}" if versions.server else "",
    ]
    return " · ".join(part for part in parts if part)
