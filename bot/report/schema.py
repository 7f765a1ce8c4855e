"""The schema before and after, one block for each table and other object.

Comes in: a `Project` and its `Extras`. Goes out: plain text, not escaped.
"""

import difflib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.model import Difference, Project
from bot.report.layout import alike
from bot.report.phrases import is_owned, kind_of, name_of
from bot.report.views import Extras, TableView

_LONGEST_DIFF = 2_000  # lines of either side; the time that a comparison takes grows much faster than they
# What nearly every object says, and no reader asks for.
_QUIET = frozenset({"kind", "persistence", "position", "not_null_validated", "validated", "enforced"})


@dataclass(frozen=True)
class ObjectDiff:
    """An object's lines before and after, and both as a diff; `action` is added, removed or changed."""

    title: str
    action: str
    diff: str
    before: str = ""
    after: str = ""


def objects(project: Project, extras: Extras | None) -> list[ObjectDiff]:
    """Tables in the style of psql where there are such views, everything else from what is declared."""
    views = extras.tables if extras is not None else ()
    shown = {view.title for view in views}
    rest = defaultdict[tuple[str, str], list[Difference]](list)
    for difference in project.declared:
        place = (difference.schema, difference.parent or difference.name)
        if ".".join(place) not in shown and not is_owned(difference):
            rest[place].append(difference)
    found = [*map(_of_view, views), *(_of_differences(*place, group) for place, group in rest.items())]
    return [each for each in found if each.diff]


def _of_view(view: TableView) -> ObjectDiff:
    before, after = view.before or "", view.after or ""
    action = "added" if view.before is None else "removed" if view.after is None else "changed"
    return ObjectDiff(view.title.removeprefix("public."), action, _diff(*alike(before, after)), before, after)


def _of_differences(schema: str, name: str, differences: list[Difference]) -> ObjectDiff:
    own = next((d for d in differences if not d.parent), None)
    kind = f"{kind_of(own)} " if own is not None and own.kind != "table" else ""
    before = "\n".join(line for d in differences for line in _lines(d, d.before))
    after = "\n".join(line for d in differences for line in _lines(d, d.after))
    action = own.action if own is not None else "changed"
    return ObjectDiff(f"{kind}{name_of(schema, '', name)}", action, _diff(before, after))


def _lines(difference: Difference, side: dict[str, Any] | None) -> Iterator[str]:
    """What belongs to a table on one line, anything else with its lists and definitions line by line."""
    if side is None:
        return
    name = f"{kind_of(difference)} {difference.name}"
    quiet = _QUIET if difference.action != "changed" else frozenset[str]()
    facts = {key.replace("_", " "): _values(value) for key, value in side.items() if value and key not in quiet}
    if difference.parent:
        told = ", ".join(f"{key} {' '.join(values)}" for key, values in facts.items())
        yield f"    {name}: {told}".rstrip(": ")[:500]
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


def _diff(before: str, after: str) -> str:
    lines = _compared(before.split("\n"), after.split("\n"))
    if not before or not after:
        lines = [line for line in lines if line not in ("-", "+")]  # there is no empty line: there is nothing
    return "\n".join(lines)


def _compared(old: list[str], new: list[str]) -> list[str]:
    if max(len(old), len(new)) > _LONGEST_DIFF:
        return [f"-{line}" for line in old] + [f"+{line}" for line in new]
    unified = list(difflib.unified_diff(old, new, lineterm="", n=100))[2:]
    return [line for line in unified if not line.startswith("@@")]
