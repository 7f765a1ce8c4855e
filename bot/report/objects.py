"""What changes in the schema, one block for each table and other object.

In: a `Project` and its `Views`. Out: plain text, not escaped.
"""

import difflib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.model import Action, Difference, Project
from bot.report.phrases import is_owned, kind_of, name_of
from bot.report.table_text import HEAD, before_and_after
from bot.report.views import TableChange, Views

# What changes is where the risk is; what is new needs the least attention.
_ORDER: tuple[Action, ...] = ("changed", "removed", "added")
_CONTEXT = 3  # lines around those that changed
_LONGEST_DIFF = 2_000  # lines of either side; the time that a comparison takes grows much faster than they
# What nearly every object says, and no reader asks for.
_QUIET = frozenset({"kind", "persistence", "position", "not_null_validated", "validated", "enforced"})


@dataclass(frozen=True)
class ObjectDiff:
    """An object's lines before and after, and both as a diff; `action` is added, removed or changed."""

    title: str
    action: Action
    diff: str
    before: str = ""
    after: str = ""


def objects(project: Project, views: Views | None) -> list[ObjectDiff]:
    """Tables in the style of psql where there are such views, everything else from what is declared."""
    tables = views.tables if views is not None else ()
    shown = {(table.schema, table.name) for table in tables}
    rest = defaultdict[tuple[str, str], list[Difference]](list)
    for difference in project.declared:
        place = (difference.schema, difference.parent or difference.name)
        if place not in shown and not is_owned(difference):
            rest[place].append(difference)
    found = [*map(_of_table, tables), *(_of_differences(*place, group) for place, group in rest.items())]
    return sorted((each for each in found if each.diff), key=lambda each: _ORDER.index(each.action))


def _of_table(change: TableChange) -> ObjectDiff:
    before, after = before_and_after(change)
    action: Action = "added" if change.before is None else "removed" if change.after is None else "changed"
    title = name_of(change.schema, "", change.name)
    return ObjectDiff(title, action, _diff(before, after, HEAD), "\n".join(before), "\n".join(after))


def _of_differences(schema: str, name: str, differences: list[Difference]) -> ObjectDiff:
    own = next((d for d in differences if not d.parent), None)
    kind = f"{kind_of(own)} " if own is not None and own.kind != "table" else ""
    before = [line for d in differences for line in _lines(d, d.before)]
    after = [line for d in differences for line in _lines(d, d.after)]
    action: Action = own.action if own is not None else "changed"
    return ObjectDiff(f"{kind}{name_of(schema, '', name)}", action, _diff(before, after, 1))


def _lines(difference: Difference, side: dict[str, Any] | None) -> Iterator[str]:
    """What belongs to a table on one line, anything else with its lists and definitions line by line."""
    if side is None:
        return
    name = f"{kind_of(difference)} {difference.name}"
    quiet = _QUIET if difference.action != "changed" else frozenset[str]()
    facts = {key.replace("_", " "): _values(value) for key, value in side.items() if value and key not in quiet}
    if difference.parent:
        text = ", ".join(f"{key} {' '.join(values)}" for key, values in facts.items())
        yield f"    {name}: {text}".rstrip(": ")[:500]
        return
    yield name
    for key, values in facts.items():
        yield f"    {key}: {values[0]}" if len(values) == 1 else f"    {key}:"
        yield from (f"        {value}" for value in values if len(values) > 1)


def _values(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"{key} {each}" for key, each in value.items()]
    if isinstance(value, list):
        return [
            " ".join(str(part) for part in each.values() if part) if isinstance(each, dict) else str(each)
            for each in value
        ]
    return ["yes"] if value is True else str(value).strip().split("\n")


def _diff(before: list[str], after: list[str], head: int) -> str:
    """What changed, with some lines around it and the first `head`; empty where nothing did."""
    if max(len(before), len(after)) > _LONGEST_DIFF:
        return "\n".join([*(f"-{line}" for line in before), *(f"+{line}" for line in after)])
    unified = list(difflib.unified_diff(before, after, lineterm="", n=len(before) + len(after)))[3:]
    return "\n".join(_near_changes(unified, head))


def _near_changes(lines: list[str], head: int) -> Iterator[str]:
    """Changed lines with those around them, and with the heading of the section that they stand in."""
    changed = [index for index, line in enumerate(lines) if not line.startswith(" ")]
    near = {index + away for index in changed for away in range(-_CONTEXT, _CONTEXT + 1)} | set(range(head))
    heading = 0
    headings = [heading := index if line[1:2] != " " else heading for index, line in enumerate(lines)]
    near |= {headings[index] for index in changed}
    for index, line in enumerate(lines):
        if index in near:
            yield line
        elif index - 1 in near:
            yield " …"
