"""The pull request's comment, in GitHub's Markdown, always shorter than a limit.

In: a report and, if the run made them, its views. Out: Markdown: the verdict, what changes, open questions, what to
know, how to get the file; everything else is folded. What does not fit is left out in a fixed order, least important
first, and the comment says so.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from bot.model import MERGE_CONFLICT, Project, Report
from bot.report import headline, phrases
from bot.report.delivery_hint import delivery_hint
from bot.report.environment_values import values_of
from bot.report.rendering import blocks, code_html
from bot.report.text import code, inline, listed, shortened
from bot.report.views import Views

LIMIT = 65_000  # bytes: GitHub refuses a comment of more than 65,536 characters, a check run's summary of 65,536 bytes
# Left out one after the other, until the comment fits.
_CUTS = (
    *("history", "diagram", "drift", "notes", "sql", "deploy", "versions"),
    *("schema", "preflight", "files", "residual"),
)
_SHOWN = (
    *("error", "wrong", "residual", "changes", "questions", "risks", "offer"),
    *("files", "schema", "preflight", "drift"),
)
# Seldom looked at: all of them in one fold, by what it calls them.
_REST = {
    "round_trip": "round trip",
    "deploy": "locks",
    "sql": "SQL",
    "diagram": "diagram",
    "notes": "notes",
    "history": "history",
    "versions": "versions",
}
_MOST = 10  # lines of a list
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
    projects = [values_of(project, views.get(project.label), workflow=reader.workflow) for project in report.projects]
    values: dict[str, Any] = {
        "emoji": headline.emoji(report),
        "title": headline.title(report),
        "caution": UNVERIFIED if reader.unverified else "",
        "conflict": _conflict(report),
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


def _conflict(report: Report) -> str:
    """What makes all that follows hold for the branch alone."""
    findings = (finding for project in report.projects for finding in project.findings)
    return next((finding.title for finding in findings if finding.code == MERGE_CONFLICT), "")


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
