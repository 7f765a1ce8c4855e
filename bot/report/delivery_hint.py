"""How to get the generated file into the pull request: a sentence."""

from collections.abc import Iterable
from typing import Literal

from bot.model import Project, Report


def delivery_hint(report: Report, project: Project, *, fork: bool, cut: bool = False) -> str:
    """The sentence for one of the report's Alembic environments, in Markdown; `cut` if the comment lacks the file."""
    source = "the job's summary" if cut else "below"
    place = f"in {source}" if cut else source
    if _has([project], "open"):
        return f"**The file** {place} is not finished: answer the questions above first."
    if report.head is not None and _has(report.projects, "open"):
        until = "when the other environments' questions are answered"
        return f"**The file** is {place}; `/migration commit` takes it {until}."
    if report.head is None:
        return f"**To get the file**, copy it from {source}, or let `--write` put it into the working tree."
    if report.status in ("failed", "error"):
        return f"**The file** is {place}; `/migration commit` does not take it before the check passes."
    if fork:
        return f"**To get the file**, copy it from {source}: the bot cannot commit to a fork."
    first = "confirm what is assumed above, then comment" if _has([project], "assumed") else "comment"
    return f"**To get the file**, {first} `/migration commit`, or copy it from {source}."


def _has(projects: Iterable[Project], decided: Literal["open", "assumed"]) -> bool:
    return any(decision.decided == decided for project in projects for decision in project.decisions)
