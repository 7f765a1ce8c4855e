"""What templates and the terminal show of a project, worked out once: steps in words, tables as diffs.

Comes in: a `Project` and its `Extras`. Goes out: plain text, not escaped.
"""

import difflib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from bot.outcome import Action, Difference, Migration, Project, Step
from bot.report.extras import Extras
from bot.report.layout import alike
from bot.report.text import first_line, listed

_MOST = 4  # tables that a step speaks of
# What a difference's action means where a database is held against the models, and where base's migrations are.
STANDING: dict[Action, str] = {"added": "is missing", "removed": "is left over", "changed": "is different"}
DRIFTED: dict[Action, str] = {
    "added": "is in the models only",
    "removed": "is in the migrations only",
    "changed": "is different",
}


@dataclass(frozen=True)
class StepView:
    """A step of the round trip; `way` are the revisions, `text` what was seen."""

    name: str
    ok: bool
    seconds: float
    way: str
    text: str
    error: str = ""
    log_tail: str = ""


@dataclass(frozen=True)
class TableDiff:
    """A table's lines before and after as a diff; `action` is added, removed or changed."""

    title: str
    action: str
    diff: str
    before: str = ""
    after: str = ""


def steps(project: Project) -> list[StepView]:
    """The round trip in words."""
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
            ok=step.ok,
            seconds=step.seconds,
            way=ways[step.name],
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
    return f"{difference.kind.replace('_', ' ')} {name} {STANDING[difference.action]}"


def changes(declared: list[Difference], *, forward: bool) -> str:
    """What is there after a step that went as it should: "job: finished_at and started_at are there"."""
    there, gone = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for difference in _shown(declared):
        if difference.action == "changed":
            continue
        arrives = (difference.action == "added") == forward
        (there if arrives else gone)[difference.parent].append(difference.name)
    said = [
        *(
            f"{_place(table)}{listed(names)} {'is' if len(names) == 1 else 'are'} there"
            for table, names in there.items()
        ),
        *(f"{_place(table)}no {listed(names)}" for table, names in gone.items()),
    ]
    changed = [d for d in _shown(declared) if d.action == "changed"]
    if changed:
        names = listed([".".join(part for part in (d.parent, d.name) if part) for d in changed[:_MOST]])
        said.append(f"{names} {'as the models say' if forward else 'as before'}")
    more = f"; {len(said) - _MOST} more" if len(said) > _MOST else ""
    return "; ".join(said[:_MOST]) + more


def _place(table: str) -> str:
    return f"{table}: " if table else ""


def _shown(declared: list[Difference]) -> Iterator[Difference]:
    """Tables, columns and what stands alone; what comes along with a new or old table goes without saying."""
    whole = {(d.schema, d.name) for d in declared if d.kind == "table" and d.action != "changed"}
    for difference in declared:
        along = (difference.schema, difference.parent) in whole
        if not along and (difference.kind in ("table", "column", "enum", "view") or not difference.parent):
            yield difference


def tables(project: Project, extras: Extras | None) -> list[TableDiff]:
    """One diff for each changed table: from psql-like views where there are some, else from what is declared."""
    if extras is None or not extras.tables:
        return list(_from_declared(project.declared))
    found = []
    for view in extras.tables:
        before, after = view.before or "", view.after or ""
        action = "added" if view.before is None else "removed" if view.after is None else "changed"
        body = _diff(*alike(before, after))
        if body:
            found.append(TableDiff(view.title.removeprefix("public."), action, body, before, after))
    return found


def _diff(before: str, after: str) -> str:
    lines = list(difflib.unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=100))[2:]
    if not before or not after:
        lines = [line for line in lines if line not in ("-", "+")]  # there is no empty line: there is nothing
    return "\n".join(line for line in lines if not line.startswith("@@"))


def _from_declared(declared: list[Difference]) -> Iterator[TableDiff]:
    grouped = defaultdict[tuple[str, str], list[Difference]](list)
    for difference in declared:
        grouped[difference.schema, difference.parent or difference.name].append(difference)
    for (schema, name), differences in grouped.items():
        own = next((d for d in differences if d.kind == "table" and not d.parent), None)
        lines = [line for d in differences if d is not own for line in _lines(d)]
        action = own.action if own is not None else "changed"
        if lines or action != "changed":
            yield TableDiff(name_of(schema, "", name), action, "\n".join(lines or [f"  {action}"]))


def _lines(difference: Difference) -> Iterator[str]:
    for mark, side in (("-", difference.before), ("+", difference.after)):
        if side is not None:
            facts = ", ".join(f"{key} {value}" for key, value in side.items() if value not in (None, "", [], False))
            yield f"{mark} {difference.kind.replace('_', ' ')} {difference.name}: {facts}"[:500]


def generated(project: Project) -> list[Migration]:
    """The migrations that the bot wrote."""
    return [migration for migration in project.migrations if migration.origin == "generated"]


def name_of(schema: str, parent: str, name: str) -> str:
    """A dotted name without `public`."""
    return ".".join(part for part in (schema if schema != "public" else "", parent, name) if part)
