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
from bot.sqltext.dml import writes_rows
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
    operations = _without_repetition([item.operation for item in in_order(planned)])
    constraints = (*before.of("constraint").values(), *after.of("constraint").values())
    return [*_checked_at_once(operations)] if any(each.get("deferred") for each in constraints) else operations


def in_order(planned: Iterable[PlannedOperation]) -> list[PlannedOperation]:
    """By phase, then by position, then as they came."""
    return sorted(planned, key=lambda item: (item.phase, item.position))


def _without_repetition(operations: list[Operation]) -> list[Operation]:
    """Two completions may ask for the same thing; once is enough."""
    return list({json.dumps(operation, sort_keys=True): operation for operation in operations}.values())


def _checked_at_once(operations: list[Operation]) -> Iterator[Operation]:
    """Constraints that are checked at the end of a transaction keep a table from being altered before that, once its
    rows were written."""
    for operation, following in zip(operations, [*operations[1:], None], strict=False):
        yield operation
        if _writes_rows(operation) and following is not None and not _writes_rows(following):
            yield {"op": "execute", "sql": "SET CONSTRAINTS ALL IMMEDIATE"}


def _writes_rows(operation: Operation) -> bool:
    return operation["op"] == "execute" and writes_rows(operation["sql"])
