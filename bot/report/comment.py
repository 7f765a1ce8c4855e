"""The pull request's comment, in GitHub's Markdown, always shorter than a limit.

In: a report and, if the run made them, its views. Out: Markdown: the verdict, what changes, open questions, what to
know, how to get the file; everything else is folded. What does not fit is left out in a fixed order, least important
first, and the comment says so.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

import msgspec

from bot.findings.rules.residual import CODE as INCOMPLETE
from bot.findings.rules.rows import WITHOUT_ROWS
from bot.model import MIGRATION_MISSING, Difference, Failure, Migration, Project, Report, Where
from bot.report import headline, phrases, questions
from bot.report.delivery_hint import delivery_hint
from bot.report.deploying import deploy
from bot.report.mermaid import drawing
from bot.report.objects import objects
from bot.report.rendering import blocks, code_html
from bot.report.statements import preflight, scripts
from bot.report.steps import steps
from bot.report.text import code, first_line, inline, listed, shortened
from bot.report.views import Views
from bot.report.what_changes import what_changes
from bot.report.workflow_words import sentence, snippet

LIMIT = 65_000  # bytes: GitHub refuses a comment of more than 65,536 characters, a check run's summary of 65,536 bytes
# Findings that have a place of their own: drift a fold, the lines that mend a migration, how to get the file.
_ELSEWHERE = frozenset({"older-drift", "mended", "safer-form", MIGRATION_MISSING})
# Left out one after the other, until the comment fits.
_CUTS = (
    *("history", "diagram", "drift", "notes", "sql", "deploy", "versions"),
    *("schema", "preflight", "files", "residual"),
)
_SHOWN = (
    *("error", "wrong", "residual", "changes", "questions", "risks", "offer"),
    *("files", "schema", "round_trip", "preflight", "drift"),
)
# Seldom looked at: all of them in one fold, by what it calls them.
_REST = {
    "deploy": "locks",
    "sql": "SQL",
    "diagram": "diagram",
    "notes": "notes",
    "history": "history",
    "versions": "versions",
}
# Kinds of objects of which neither catalog nor watched objects tell.
NOT_COMPARED = (
    "roles and tablespaces themselves, subscriptions, security labels, large objects, conversions, access methods and"
    " transforms"
)
_MOST = 10  # lines of a list
_NAMED = 8  # differences that a finding names
UNVERIFIED = (
    "As reported by the job that ran the fork's code, which its author could forge: check again before merging."
)


@dataclass(frozen=True)
class Reader:
    """Who reads it: in a `workflow`, advice names inputs in place of options; to a `fork` the bot cannot commit.

    `unverified` is a report that came from a job of the fork's; `manual` is the address of the page that says what
    "proven" means.
    """

    workflow: bool = False
    fork: bool = False
    unverified: bool = False
    manual: str = ""


def comment(
    report: Report, views: Mapping[str, Views] | None = None, limit: int = LIMIT, reader: Reader = Reader()
) -> str:
    """The whole comment, below `limit` bytes."""
    made = _sections(report, views or {}, reader)
    for count in range(len(_CUTS) + 1):
        text = made.joined(set(_CUTS[:count]))
        if len(text.encode()) < limit:
            return text
    return _short(report, limit, reader)


@dataclass(frozen=True)
class _Environment:
    """One Alembic environment: its sections by name, in their order; a `quiet` one is folded among several."""

    title: str
    summary: str
    headline: str
    sections: Mapping[str, str]
    offer_of_cut: str
    quiet: bool

    def joined(self, cuts: Set[str], *, alone: bool) -> str:
        kept = {name: text for name, text in self.sections.items() if text and name not in cuts}
        if "files" in cuts and self.sections["files"]:
            kept["offer"] = self.offer_of_cut
        shown = [*(text for name, text in kept.items() if name in _SHOWN), *_folded(kept)]
        if alone:
            return "\n\n".join(shown)
        if self.quiet:
            return "\n\n".join([f"<details><summary>{self.summary}</summary>", *shown, "</details>"])
        return "\n\n".join([self.title, self.headline, *shown])


def _folded(sections: Mapping[str, str]) -> list[str]:
    """The sections that are seldom looked at, in one fold where there are several."""
    rest = {name: sections[name] for name in _REST if name in sections}
    if len(rest) < 2:
        return list(rest.values())
    summary = f"<details><summary>More: {listed([_REST[name] for name in rest])}</summary>"
    return ["\n\n".join([summary, *rest.values(), "</details>"])]


@dataclass(frozen=True)
class _Sections:
    """All parts of a comment, each rendered once."""

    verdict: str
    overview: str
    environments: list[_Environment]
    foot: str
    foot_of_cut: str

    def joined(self, cuts: Set[str]) -> str:
        alone = len(self.environments) == 1
        cut = any(cuts & {name for name, text in each.sections.items() if text} for each in self.environments)
        middle = [each.joined(cuts, alone=alone) for each in self.environments]
        parts = [self.verdict, self.overview, *middle, self.foot_of_cut if cut else self.foot]
        return "\n\n".join(part for part in parts if part) + "\n"


def _sections(report: Report, views: Mapping[str, Views], reader: Reader) -> _Sections:
    projects = [_project(project, views.get(project.label), workflow=reader.workflow) for project in report.projects]
    values: dict[str, Any] = {
        "emoji": headline.emoji(report),
        "title": headline.title(report),
        "caution": UNVERIFIED if reader.unverified else "",
        "projects": projects,
        "base": report.base[:12] or "?",
        "head": report.head[:12] if report.head else "working tree",
        "seconds": report.seconds.get("total", 0.0),
        "manual": reader.manual,
        "standing": phrases.STANDING,
        "drifted": phrases.DRIFTED,
        "most": _MOST,
        "cut": False,
    }
    whole = blocks("comment.md.j2", ("verdict", "overview", "foot"), values)
    [cut] = blocks("comment.md.j2", ("foot",), {**values, "cut": True}).values()
    environments = [
        _environment(
            project,
            {**values, "p": shown, "offer": delivery_hint(report, project, fork=reader.fork)},
            delivery_hint(report, project, fork=reader.fork, cut=True),
        )
        for project, shown in zip(report.projects, projects, strict=True)
    ]
    return _Sections(whole["verdict"], whole["overview"], environments, whole["foot"], cut)


def _environment(project: Project, values: dict[str, Any], offer_of_cut: str) -> _Environment:
    shown = values["p"]
    return _Environment(
        title=f"#### {shown['emoji']} {code(project.label)}",
        summary=f"{shown['emoji']} {code_html(project.label)}",
        headline=inline(shown["headline"]),
        sections=blocks("project.md.j2", (*_SHOWN, *_REST), values),
        offer_of_cut=offer_of_cut,
        quiet=project.status in ("unchanged", "proven") and not headline.lacks_migration(project),
    )


def _short(report: Report, limit: int, reader: Reader) -> str:
    """For a report that is too long even without its parts."""
    lines = [f"### {headline.emoji(report)} {inline(shortened(headline.title(report), 300))}", ""]
    lines += [f"_{UNVERIFIED}_", ""] if reader.unverified else []
    ends = ["", "_Everything else would be too long for a comment: see `report.json` in the artifact._", ""]
    short = "\n".join([*lines, *ends[1:]])
    for project in report.projects:
        head = shortened(headline.project_headline(project), 200)
        lines.append(f"- {headline.EMOJI[project.status]} {inline(project.label[:200])}: {inline(head)}")
    text = "\n".join([*lines, *ends])
    return text if len(text.encode()) < limit else short


def _project(project: Project, views: Views | None, *, workflow: bool) -> dict[str, Any]:
    shown_steps, ran = steps(project), list(scripts(project.migrations))
    details = {finding.code: finding.detail for finding in project.findings}
    mended = details.get("mended", "")
    advice = project.error.advice if project.error else ""
    generated = phrases.generated(project)
    findings = _findings(project, {m.path for m in generated}, seen=not mended, workflow=workflow)
    # A migration that failed has to be another one first: what is only worth knowing of it can wait, and what an open
    # question says already.
    failed = project.status == "failed"
    folded = [one for one in findings if failed and (one["severity"] == "notice" or one["code"] == WITHOUT_ROWS)]
    risks = [finding for finding in findings if finding["severity"] != "error" and finding not in folded]
    return {
        "config": project.label,
        "emoji": headline.emoji_of(project),
        "headline": headline.project_headline(project),
        "error": project.error,
        "advice": sentence(advice) if workflow else advice,
        "snippet": snippet(advice) if workflow else "",
        "message": _message(project.error),
        "wrong": [finding for finding in findings if finding["severity"] == "error"],
        "mended": mended,
        "safer": details.get("safer-form", ""),
        "changes": what_changes(project),
        "waiting": questions.waiting(project),
        "is_open": any(decision.decided == "open" for decision in project.decisions),
        "settled": questions.settled(project),
        "risks": risks,
        "failed": failed,
        "folded": folded,
        "detailed": [finding for finding in risks if finding["detail"]],
        # Lines that mend the author's own migration are worth more than a second file.
        "generated": [] if mended else [_file(migration) for migration in generated],
        "objects": objects(project, views),
        "steps": shown_steps,
        "tried": _tried(generated, mended),
        "way": shown_steps[0].way if shown_steps else "",
        "rows_text": _rows(project),
        "residual": _residual(project),
        "deploy": deploy(project),
        "scripts": ran,
        "counts": listed([f"{script.count} for the {script.direction}" for script in ran]),
        "preflight": preflight([project]),
        "diagram": drawing(views.diagram) if views else "",
        "drift": project.drift,
        "history": views.history if views else (),
        "versions": _versions(project),
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
