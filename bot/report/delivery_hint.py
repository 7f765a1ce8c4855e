"""How to get the generated file into the pull request: a sentence."""

from collections.abc import Iterable
from typing import Literal

from bot.model import Project, Report


def delivery_hint(report: Report, project: Project, *, fork: bool) -> str:
    """The sentence for one of the report's Alembic environments, in Markdown."""
    if _has([project], "open"):
        return "**The file** below is not finished: answer the questions above first."
    if report.head is not None and _has(report.projects, "open"):
        return (
            "**The file** is below; `/migration commit` takes it when the other environments' questions are answered."
        )
    if report.head is None:
        return "**To get the file**, copy it from below, or let `--write` put it into the working tree."
    if report.status in ("failed", "error"):
        return "**The file** is below; `/migration commit` does not take it before the check passes."
    if fork:
        return "**To get the file**, copy it from below: the bot cannot commit to a fork."
    first = "confirm what is assumed above, then comment" if _has([project], "assumed") else "comment"
    return f"**To get the file**, {first} `/migration commit`, or copy it from below."


def _has(projects: Iterable[Project], decided: Literal["open", "assumed"]) -> bool:
    return any(decision.decided == decided for project in projects for decision in project.decisions)
