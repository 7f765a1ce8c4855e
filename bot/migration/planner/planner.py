"""From a change of the catalog to the operations that make it: all completions, put in an order that works.

In: two snapshots and hints. Out: a list of operations for the worker's `revision` task. Whether
they are right is for the database to say; what they leave undone is found there and reported.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Protocol, cast

from bot.migration.planner.change import Change, Hints
from bot.migration.planner.operations import Operation, PlannedOperation
from bot.migration.planner.rebuilds import change_between
from bot.schema.snapshots import Snapshot
from bot.system import plugins
from bot.system.timing import span


class Completion(Protocol):
    """What a module in `completions/` offers."""

    def operations(self, change: Change) -> Iterator[PlannedOperation]: ...


def all_completions() -> tuple[Completion, ...]:
    """All completions, in the order of their names."""
    return tuple(cast(Completion, module) for module in plugins.modules("bot.migration.planner.completions").values())


@span("planning")
def plan(before: Snapshot, after: Snapshot, hints: Hints | None = None) -> list[Operation]:
    """The operations that lead from one state of a database to the other."""
    change = change_between(before, after, hints or Hints())
    planned = [operation for completion in all_completions() for operation in completion.operations(change)]
    return _without_repetition([item.operation for item in in_order(planned)])


def in_order(planned: Iterable[PlannedOperation]) -> list[PlannedOperation]:
    """By phase, then by position, then as they came."""
    return sorted(planned, key=lambda item: (item.phase, item.position))


def _without_repetition(operations: list[Operation]) -> list[Operation]:
    """Two completions may ask for the same thing; once is enough."""
    return list({json.dumps(operation, sort_keys=True): operation for operation in operations}.values())
