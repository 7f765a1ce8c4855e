"""Watched objects after a step: what is not as it has to be, and what the author's migration made by hand.

In: the watched objects of a migrated database, and those that it has to have. Out: differences.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.model import Difference, StepName
from bot.schema.compare import compare
from bot.schema.snapshots import Snapshot


@dataclass(frozen=True)
class WatchedDifference:
    """A watched object that is not as it has to be after a step; `by_hand` where a migration made it unasked."""

    step: StepName
    difference: Difference
    by_hand: bool = False


def upgraded(there: Snapshot, target: Snapshot, old: Snapshot, *, by_author: bool) -> Iterator[WatchedDifference]:
    """After the upgrade. What is there unasked, and was not there before, is the author's to decide."""
    for difference in compare(there, target):
        unasked = _is_new_and_unasked(difference, old)
        # Without an author, new objects have it by default privileges: of the database, not of the migration.
        if unasked and difference.kind == "access" and not by_author:
            continue
        yield WatchedDifference("upgrade", difference, by_hand=unasked and by_author)


def is_shared(difference: Difference, statements: Iterable[str]) -> bool:
    """Whether it is an extension that a downgrade leaves, and that the upgrade makes only where it is not there yet."""
    if difference.kind != "extension" or difference.action != "removed":
        return False
    made = re.compile(rf'\s*CREATE\s+EXTENSION\s+IF\s+NOT\s+EXISTS\s+"?{re.escape(difference.name)}\b', re.IGNORECASE)
    return any(made.match(statement) for statement in statements)


def returned(there: Snapshot, wanted: Snapshot, step: StepName) -> Iterator[WatchedDifference]:
    """After a step that has to lead to what was there already."""
    return (WatchedDifference(step, difference) for difference in compare(there, wanted))


def _is_new_and_unasked(difference: Difference, old: Snapshot) -> bool:
    """Whether something is there that neither the target nor the old database has, and nothing else is different."""
    if difference.action == "removed":  # there, but not in the target
        return difference.key not in old.objects
    before, after = difference.before or {}, difference.after or {}
    if difference.kind != "access" or difference.action != "changed" or {*before, *after} != {"privileges"}:
        return False
    here, target = _entries(before), _entries(after)
    return target <= here and not (here - target) & _entries(old.objects.get(difference.key, {}))


def _entries(attributes: dict[str, Any]) -> set[tuple[Any, ...]]:
    return {tuple(entry) for entry in attributes.get("privileges") or []}
