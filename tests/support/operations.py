"""Two verbs for completions: what a change of the catalog becomes, and that something is no change."""

from typing import Any

from bot.migration.planner.change import Hints
from bot.migration.planner.operations import Operation
from bot.migration.planner.planner import plan
from bot.model import ObjectKey
from bot.schema.snapshots import Snapshot
from tests.support.snapshots import snapshot

Object = tuple[ObjectKey, dict[str, Any]]
State = Snapshot | list[Object]


def operations(before: State, after: State, hints: Hints | None = None) -> list[Operation]:
    return plan(_snapshot(before), _snapshot(after), hints)


def check_operations(before: State, after: State, expected: list[str | Operation], hints: Hints | None = None) -> None:
    """The change becomes exactly these operations; SQL alone stands for an `execute` of it."""
    wanted = [{"op": "execute", "sql": item} if isinstance(item, str) else item for item in expected]
    assert operations(before, after, hints) == wanted


def check_noop(before: State, after: State) -> None:
    """Nothing has to be done, in either direction."""
    assert operations(before, after) == []
    assert operations(after, before) == []


def _snapshot(state: State) -> Snapshot:
    return snapshot(*state) if isinstance(state, list) else state
