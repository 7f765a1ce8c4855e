"""A report as a check run: conclusion, and annotations on the lines that it is about.

In: a report and its Markdown. Out: `Check`. The limits are from GitHub's OpenAPI description: 65,535 bytes of summary;
annotations only on files that the change contains.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.github.forge import Annotation, Check
from bot.model import Project, Report, Where, migration_missing
from bot.report.headline import headline
from bot.report.text import visible
from bot.report.views import Views
from bot.report.workflow_words import sentence
from bot.settings import FailOn

SUMMARY_LIMIT = 65_000  # bytes, with some room
MESSAGE_LIMIT = 60_000  # bytes of an annotation's message; GitHub takes 64 KB
MOST_ANNOTATIONS = 100
_LEVELS = {"error": "failure", "warning": "warning", "notice": "notice"}


def conclusion(report: Report, fail_on: FailOn) -> str:
    """`neutral` shows a warning without blocking the merge, `action_required` asks for the migration."""
    if report.status not in ("failed", "error") and migration_missing(report):
        return "neutral" if fail_on == "never" else "action_required"
    if report.status in ("failed", "error"):
        return "neutral" if fail_on == "never" else "failure"
    if report.status == "warning":
        return "failure" if fail_on == "warning" else "neutral"
    return "success"


@dataclass(frozen=True)
class CheckRequest:
    """What a check run needs besides the report; `summary` is Markdown, `url` the page of the workflow run.

    `started` is the id of a check run that is in progress.
    """

    name: str
    head: str
    summary: str
    url: str
    fail_on: FailOn
    started: int = 0


def check_run(report: Report, views: Mapping[str, Views], request: CheckRequest) -> Check:
    """The check run for a report."""
    found = (note for project in report.projects for note in _annotations(project, views.get(project.label)))
    return Check(
        name=request.name,
        head=request.head,
        conclusion=conclusion(report, request.fail_on),
        title=visible(headline(report))[:255],
        summary=cut(request.summary, SUMMARY_LIMIT),
        annotations=tuple(list(found)[:MOST_ANNOTATIONS]),
        details_url=request.url,
        started=request.started,
    )


def _annotations(project: Project, views: Views | None) -> Iterator[Annotation]:
    written = {migration.path for migration in project.migrations if migration.origin == "generated"}
    for finding in project.findings:
        where = finding.where
        if where is None or where.path in written:
            continue
        message = "\n".join(text for text in (finding.detail, sentence(finding.advice)) if text) or finding.title
        yield _annotation(where, _LEVELS[finding.severity], finding.title, message)
    if views is not None:
        yield from _models(project, views)


def _models(project: Project, views: Views) -> Iterator[Annotation]:
    for place in views.models:
        changed = [
            f"{d.kind.replace('_', ' ')} {d.name} {d.action}"
            for d in project.declared
            if (d.schema, d.parent or d.name) == (place.schema, place.table)
        ]
        if changed:
            where = Where(path=place.path, line=place.line)
            yield _annotation(where, "notice", f"{place.table} changes", _listed(changed))


def _annotation(where: Where, level: str, title: str, message: str) -> Annotation:
    """What GitHub shows as text: nothing is hidden in it, and it is not refused for its length."""
    return Annotation(where.path, where.line or 1, level, visible(title)[:255], cut(visible(message), MESSAGE_LIMIT))


def cut(text: str, most: int) -> str:
    """At most so many bytes, and no part of a letter."""
    return text.encode()[:most].decode("utf-8", "ignore")


def _listed(items: Iterable[str]) -> str:
    return "\n".join(list(items)[:50])
