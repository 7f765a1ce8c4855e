"""The round trip in words: what was seen after each step.

In: a `Project`. Out: plain text, not escaped.
"""

from dataclasses import dataclass

from bot.model import Difference, Project, Step
from bot.report.changes import changes
from bot.report.phrases import STANDING, kind_of
from bot.report.text import first_line, listed

_MOST = 4  # differences that a step speaks of


@dataclass(frozen=True)
class StepView:
    """A step of the round trip; `way` are the revisions, `lost` and `text` what was seen."""

    name: str
    ok: bool
    seconds: float
    way: str
    lost: str
    text: str
    error: str = ""
    log_tail: str = ""


def steps(project: Project) -> list[StepView]:
    """The steps that were made."""
    base = listed(project.heads.base) or "base"
    head = listed(_last(project))
    ways = {
        "upgrade": f"{base} → {head}",
        "downgrade": f"{head} → {base}",
        "upgrade again": f"{base} → {head}",
        "autogenerate again": head,
    }
    return [
        StepView(
            name=step.name,
            ok=step.ok and not any(one.step == step.name for one in project.round_trip.rows.lost),
            seconds=step.seconds,
            way=ways[step.name],
            lost=_lost(project, step),
            text=_seen(project, step),
            error=step.error.message if step.error else "",
            log_tail=step.error.log_tail if step.error else "",
        )
        for step in project.round_trip.steps
    ]


def _last(project: Project) -> list[str]:
    parents: set[str] = set()
    for migration in project.migrations:
        below = migration.down_revision
        parents |= {below} if isinstance(below, str) else set(below or [])
    return [m.revision for m in project.migrations if m.revision not in parents] or project.heads.head or ["head"]


def _lost(project: Project, step: Step) -> str:
    """Rows and values that are gone; empty where none could be looked at."""
    rows = project.round_trip.rows
    lost = [one for one in rows.lost if one.step == step.name]
    whole, values = (sum(one.rows for one in lost if bool(one.column) == cell) for cell in (False, True))
    said = [f"{count} {word}{'s' * (count != 1)}" for count, word in ((whole, "row"), (values, "value")) if count]
    if said:
        return listed(said)
    return "" if step.error or step.name == "autogenerate again" or not rows.inserted else "0"


def _seen(project: Project, step: Step) -> str:
    if step.error is not None:
        return f"stopped: {first_line(step.error.message) or step.error.type}"
    if step.differences:
        return "the catalog differs: " + "; ".join(_named(d) for d in step.differences[:_MOST])
    if step.name == "autogenerate again":
        settled = not any(finding.code == "never-settles" for finding in project.findings)
        return "nothing more to do" if settled else "proposes operations again"
    return changes(project.declared, forward=step.name != "downgrade") or "the catalog is as it should be"


def _named(difference: Difference) -> str:
    name = ".".join(part for part in (difference.parent, difference.name) if part)
    return f"{kind_of(difference)} {name} {STANDING[difference.action]}"
