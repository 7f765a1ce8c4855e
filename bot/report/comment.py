"""The pull request's comment, in GitHub's Markdown, always shorter than a limit.

Comes in: a report and, where the run made them, its views. Goes out: Markdown. What does not fit is left out in a
fixed order, the least needed first, and the comment says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.model import Failure, Migration, Project, Report
from bot.report import headline, phrases, questions
from bot.report.delivery_hint import offer, pasted
from bot.report.deploying import deploy
from bot.report.mermaid import drawing
from bot.report.objects import objects
from bot.report.rendering import render
from bot.report.statements import scripts
from bot.report.steps import steps
from bot.report.text import first_line, inline, listed, shortened
from bot.report.views import Views

LIMIT = 65_000  # characters; GitHub refuses a comment with more than 65,536
# Left out one after the other, until the comment fits.
_CUTS = ("pasted", "history", "diagram", "drift", "sql", "logs", "folded", "objects", "source")
_LONG = 80  # lines of a migration that is folded away
_SOURCE_LIMIT = 12_000  # characters of a migration in a comment that is too long otherwise
UNVERIFIED = (
    "As reported by the job that ran the fork's code, which its author could forge: check again before merging."
)


def comment(
    report: Report,
    views: Mapping[str, Views] | None = None,
    limit: int = LIMIT,
    *,
    fork: bool = False,
    unverified: bool = False,
) -> str:
    """The whole comment, below `limit` characters.

    To a `fork` the bot cannot commit; `unverified` is a report that came from a job of the fork's.
    """
    told = _Told(offer(report, fork=fork), UNVERIFIED if unverified else "")
    projects = [_project(report, project, (views or {}).get(project.config)) for project in report.projects]
    for count in range(len(_CUTS) + 1):
        text = _rendered(report, projects, set(_CUTS[:count]), told)
        if len(text) < limit:
            return text
    text = _rendered(report, projects, set(_CUTS), told, most_findings=5)
    return text if len(text) < limit else _short(report, limit, told)


@dataclass(frozen=True)
class _Told:
    """`offered` is how one gets the file, `caution` what the verdict is worth."""

    offered: str
    caution: str


def _rendered(
    report: Report, projects: list[dict[str, Any]], cuts: set[str], told: _Told, *, most_findings: int = 50
) -> str:
    return render(
        "comment.md.j2",
        emoji=headline.EMOJI[report.status],
        title=headline.title(report),
        projects=projects,
        cuts=cuts,
        most_findings=most_findings,
        source_limit=_SOURCE_LIMIT,
        offer=told.offered,
        caution=told.caution,
        versions=list(dict.fromkeys(one["versions"] for one in projects if one["versions"])),
        base=report.base[:12] or "?",
        head=report.head[:12] if report.head else "working tree",
        seconds=report.seconds.get("total", 0.0),
        standing=phrases.STANDING,
        drifted=phrases.DRIFTED,
        proven=headline.PROVEN if report.status == "proven" else "",
    )


def _short(report: Report, limit: int, told: _Told) -> str:
    """For a report that is too long even without its parts."""
    lines = [f"## {headline.EMOJI[report.status]} {inline(shortened(headline.title(report), 300))}", ""]
    lines += [f"_{told.caution}_", ""] if told.caution else []
    ends = ["", "_Everything else would be too long for a comment: see `report.json` in the artifact._", ""]
    short = "\n".join([*lines, *ends[1:]])
    for project in report.projects:
        head = shortened(headline.project_headline(project), 200)
        lines.append(f"- {headline.EMOJI[project.status]} {inline(project.config[:200])}: {inline(head)}")
    text = "\n".join([*lines, *ends])
    return text if len(text) < limit else short


def _file(report: Report, migration: Migration) -> dict[str, Any]:
    lines = migration.source.count("\n")
    return {
        "path": migration.path,
        "source": migration.source,
        "lines": lines,
        "long": lines > _LONG,
        "pasted": pasted(report, migration),
    }


def _project(report: Report, project: Project, views: Views | None) -> dict[str, Any]:
    told, ran = steps(project), list(scripts(project.migrations))
    return {
        "config": project.config,
        "emoji": headline.EMOJI[project.status],
        "headline": headline.project_headline(project),
        "error": project.error,
        "message": _message(project.error),
        "waiting": questions.waiting(project),
        "settled": questions.settled(project),
        "generated": [_file(report, migration) for migration in phrases.generated(project)],
        "objects": objects(project, views),
        "steps": told,
        "way": told[0].way if told else "",
        "rows_text": _rows(project),
        "residual": project.residual,
        "findings": [finding for finding in project.findings if finding.code != "older-drift"],  # has a fold below
        "deploy": deploy(project),
        "scripts": ran,
        "counts": listed([f"{script.count} for the {script.direction}" for script in ran]),
        "diagram": drawing(views.diagram) if views else "",
        "drift": project.drift,
        "history": views.history if views else (),
        "versions": _versions(project),
    }


def _message(error: Failure | None) -> str:
    """What the headline has not said yet."""
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
    return f"{what} went along: {'some were lost' if rows.lost else 'none was lost that could have been kept'}."


def _versions(project: Project) -> str:
    versions = project.versions
    parts = [
        f"Python {versions.python}" if versions.python else "",
        f"Alembic {versions.alembic}" if versions.alembic else "",
        f"SQLAlchemy {versions.sqlalchemy}" if versions.sqlalchemy else "",
        versions.server,
        f"old database built from base's {project.baseline}" if versions.server else "",
    ]
    return " · ".join(part for part in parts if part)
