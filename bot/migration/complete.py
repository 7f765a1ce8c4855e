"""From a change of the catalog to the operations that make it: all completions, put in an order that works.

Comes in: two snapshots and hints. Goes out: a list of operations for the worker's `revision` task. Whether
they are right is for the database to say; what they leave undone is found there and reported.
"""

import importlib
import json
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Protocol, cast

from bot.migration import completions
from bot.migration.change import Change, Hints, change_between
from bot.migration.steps import Operation, Step
from bot.schema.snapshots import Snapshot


class Completion(Protocol):
    """What a module in `completions/` offers."""

    def steps(self, change: Change) -> Iterator[Step]: ...


@cache
def plugins() -> tuple[Completion, ...]:
    """All completions, in the order of their names."""
    names = sorted(module.name for module in pkgutil.iter_modules(completions.__path__))
    return tuple(cast(Completion, _load(name)) for name in names)


def _load(name: str) -> ModuleType:
    return importlib.import_module(f"{completions.__name__}.{name}")


def plan(before: Snapshot, after: Snapshot, hints: Hints | None = None) -> list[Operation]:
    """The operations that lead from one state of a database to the other."""
    change = change_between(before, after, hints or Hints())
    steps = [step for plugin in plugins() for step in plugin.steps(change)]
    ordered = sorted(steps, key=lambda step: (step.phase, step.order))
    return _without_repetition([step.operation for step in ordered])


def _without_repetition(operations: list[Operation]) -> list[Operation]:
    """Two completions may ask for the same thing; once is enough."""
    return list({json.dumps(operation, sort_keys=True): operation for operation in operations}.values())
