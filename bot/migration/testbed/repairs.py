"""Older drift that a migration mends besides what the models change: it is nobody's fault.

In: a difference between the migrated database and the target, and what head's models declare. Out: what of it is left.
"""

from typing import Any

from bot.model import Difference, ObjectKey
from bot.schema.compare import between
from bot.schema.snapshots import Snapshot


def less_repairs(difference: Difference, new: Snapshot) -> Difference | None:
    """Without what differs from the target only because the migration mends older drift as well."""
    named = ObjectKey(difference.kind, difference.schema, difference.parent, difference.name)
    key = named if named in new.objects else None
    if difference.action == "removed":  # there, but not in the target
        return difference if key is None else between(key, difference.before, new.objects[key])
    if difference.action == "added":  # in the target, but not there
        return None if key is None else difference
    if key is None:
        return None if _follows_its_tables(difference) else difference
    declared: dict[str, Any] = new.objects[key]
    before, after = difference.before or {}, difference.after or {}
    names = [name for name in {*before, *after} if before.get(name) != declared.get(name)]
    if not names:
        return None
    return Difference(
        kind=difference.kind,
        schema=difference.schema,
        parent=difference.parent,
        name=difference.name,
        action="changed",
        before={name: before.get(name) for name in sorted(names)},
        after={name: after.get(name) for name in sorted(names)},
    )


def _follows_its_tables(difference: Difference) -> bool:
    """Whether a view that nobody declares reads what it read before, of columns that have other types now."""
    before, after = difference.before or {}, difference.after or {}
    if difference.kind not in ("view", "materialized_view") or {*before, *after} != {"columns"}:
        return False
    names = [[column["name"] for column in side.get("columns") or ()] for side in (before, after)]
    return names[0] == names[1]
