"""What a change does to the schema, one sentence for each table and other object.

In: a `Project`. Out: sentences with names in backticks, not escaped; what exists and changes comes first, where the
risk is, what is new last.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.model import Action, Difference, Project
from bot.report.phrases import is_owned, kind_of, name_of
from bot.report.text import few, listed
from bot.sqltext.expressions import bare

_ORDER: tuple[Action, ...] = ("changed", "removed", "added")
_NAMES = 6  # that a sentence has, of one kind
_EACH = 4  # new tables that have a line of their own
_EXPRESSION = 80  # characters of a check's
_ATTRIBUTES = {"not_null": ("is required", "may be NULL")}
_OF_TYPE = {"type_name", "type_schema", "type_kind", "array"}  # say nothing beside the type
_QUIET = {"position", "not_null_validated", "validated", "enforced", "persistence"}
_VERBS: dict[Action, str] = {"added": "gains", "removed": "loses", "changed": "changes"}

Key = tuple[str, str, str]  # kind, schema, name
Line = tuple[Action, str]


def what_changes(project: Project) -> list[str]:
    """The sentences; of renames, what the author answered, what is assumed, and what the migration was seen to do."""
    renamed = {d.subject: d.answer for d in project.decisions if d.kind == "rename" and d.answer} | project.renamed
    groups = defaultdict[Key, list[Difference]](list)
    for difference in project.declared:
        if not is_owned(difference):
            kind = "table" if difference.parent else difference.kind
            groups[kind, difference.schema, difference.parent or difference.name].append(difference)
    moved = dict(_moved(groups, renamed))
    lines: list[Line] = [("changed", f"{_shown(old)} becomes {_shown(new)}") for old, new in moved.items()]
    here = {key: group for key, group in groups.items() if key not in moved and key not in moved.values()}
    fresh = [key for key, group in here.items() if any(d.kind == "table" and d.action == "added" for d in group)]
    if len(fresh) > _EACH:
        lines.append(("added", f"{len(fresh)} new tables: {few([_shown(key) for key in fresh], _NAMES)}"))
    for key, group in here.items():
        if key not in fresh or len(fresh) <= _EACH:
            lines += _line(key, group, renamed)
    return [text for _, text in sorted(lines, key=lambda line: _ORDER.index(line[0]))]


def _moved(groups: Mapping[Key, Sequence[Difference]], renamed: Mapping[str, str]) -> Iterator[tuple[Key, Key]]:
    """Tables that go, with those that they become."""
    whole = {key: d.action for key, group in groups.items() for d in group if d.kind == "table"}
    for old, action in whole.items():
        new = renamed.get(name_of(old[1], "", old[2]), "")
        found = [key for key in whole if new and new in (key[2], name_of(key[1], "", key[2]))]
        if action == "removed" and found and whole[found[0]] == "added":
            yield old, found[0]


def _shown(key: Key) -> str:
    return _code(name_of(key[1], "", key[2]))


def _line(key: Key, group: Sequence[Difference], renamed: Mapping[str, str]) -> Iterator[Line]:
    own = next((d for d in group if not d.parent), None)
    if own is not None and own.kind != "table":
        yield own.action, _alone(own, _shown(key))
    elif own is not None and own.action == "added":
        columns = sum(d.kind == "column" for d in group)
        yield "added", f"new table {_shown(key)}{f' with {columns} columns' if columns > 1 else ''}"
    elif own is not None and own.action == "removed":
        yield "removed", f"table {_shown(key)} goes, with its rows"
    else:
        renames, parts = list(_renames(group, renamed)), list(_parts(group, renamed))
        yield from (("changed", f"{_code(name_of(*key[1:], old))} becomes {_code(new)}") for old, new in renames)
        if parts:
            named = parts[0].startswith("`")  # a column; two names side by side would be hard to tell apart
            yield "changed", f"{_shown(key)}{':' * named} {'; '.join(parts)}"


def _alone(difference: Difference, shown: str) -> str:
    """An object that belongs to no table."""
    kind = kind_of(difference)
    if difference.action != "changed":
        return f"new {kind} {shown}" if difference.action == "added" else f"{kind} {shown} goes"
    before, after = (side or {} for side in (difference.before, difference.after))
    old, new = before.get("labels"), after.get("labels")
    if not isinstance(old, list) or not isinstance(new, list):
        return f"{kind} {shown} changes"
    gains, loses = [each for each in new if each not in old], [each for each in old if each not in new]
    parts = [f"{verb} {_names(found)}" for verb, found in (("gains", gains), ("loses", loses)) if found]
    return f"{kind} {shown} {listed(parts) or 'has its labels in another order'}"


def _parts(group: Sequence[Difference], renamed: Mapping[str, str]) -> Iterator[str]:
    """What happens to a table that stays."""
    moved = {name for pair in _renames(group, renamed) for name in pair}
    columns = {d.name: d for d in group if d.kind == "column" and d.name not in moved}
    for action in ("added", "removed"):
        found = [d.name for d in columns.values() if d.action == action]
        if found:
            yield f"{_VERBS[action]} {_names(found)}"
    yield from (_column(d) for d in columns.values() if d.action == "changed")
    others = defaultdict[tuple[Action, str], list[str]](list)
    for difference in group:
        if difference.kind not in ("column", "table"):
            others[difference.action, _kind(difference)].append(_code(difference.name) + _extent(difference))
    yield from (f"{_VERBS[action]} {kind} {few(found, _NAMES)}" for (action, kind), found in others.items())
    own = [d for d in group if d.kind == "table"]
    attributes = sorted({key for d in own for key in (*(d.before or {}), *(d.after or {}))})
    if attributes:
        yield f"changes its {listed([key.replace('_', ' ') for key in attributes])}"


def _kind(difference: Difference) -> str:
    side = difference.after or difference.before or {}
    return f"unique {difference.kind}" if difference.kind == "index" and side.get("unique") else kind_of(difference)


def _extent(difference: Difference) -> str:
    """What an index or constraint that comes or goes is about: columns, a check's expression, the table referred to."""
    side = difference.after or difference.before or {}
    columns, expression, table = (side.get(name) for name in ("columns", "expression", "references_table"))
    if difference.action == "changed":
        return ""
    if side.get("type") == "c" and isinstance(expression, str):
        shown = bare(expression)
        return f" ({_code(shown[:_EXPRESSION] + '…' * (len(shown) > _EXPRESSION))})"
    if not isinstance(columns, list) or not columns:
        return ""
    target = f" → {_code(name_of(str(side.get('references_schema') or ''), '', str(table)))}" if table else ""
    names = [_code(str(column)) for column in columns]
    return f" ({', '.join(names[:_NAMES])}{', …' * (len(names) > _NAMES)}{target})"


def _renames(group: Sequence[Difference], renamed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Columns that go, with those that they become."""
    columns = {d.name: d for d in group if d.kind == "column"}
    for old, difference in columns.items():
        new = renamed.get(name_of(difference.schema, difference.parent, old), "").rpartition(".")[2]
        if difference.action == "removed" and new in columns:
            yield old, new


def _column(difference: Difference) -> str:
    before, after = (side or {} for side in (difference.before, difference.after))
    keys = [key for key in sorted({*before, *after}) if key not in _QUIET]
    if "type" in keys:
        keys = [key for key in keys if key not in _OF_TYPE]
    said = listed([_attribute(key, before.get(key), after.get(key)) for key in keys])
    return f"{_code(difference.name)} {said or 'changes'}"


def _attribute(key: str, old: Any, new: Any) -> str:
    if key in _ATTRIBUTES:
        return _ATTRIBUTES[key][0 if new else 1]
    if key == "type":
        return f"is {_code(str(new))} instead of {_code(str(old))}"
    return f"has another {key.replace('_', ' ')}" if old and new else f"{'gets a' if new else 'loses its'} {key}"


def _names(names: Sequence[str]) -> str:
    return few([_code(name) for name in names], _NAMES)


def _code(name: str) -> str:
    return "`" + name.replace("`", "'") + "`"
