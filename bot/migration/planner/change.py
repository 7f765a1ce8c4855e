"""A change from one state of a database to another, as the completions see it.

In: two snapshots and what models and authors say of the data. Out: `Change`, whose methods answer
"what is new, gone, different" for one kind of object, counting objects that stand in the way of the change
as gone *and* new.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bot.model import Difference, ObjectKey
from bot.schema.objects import spaces
from bot.schema.snapshots import Attributes, Snapshot

Column = tuple[str, str, str]  # schema, table, column


@dataclass(frozen=True)
class Hints:
    """What the catalog cannot know.

    `fills`: SQL for rows that would be NULL; `usings`: SQL that makes new values of old ones; `neutral`: fill
    with a neutral value when nothing else is known, which is right on the way back, where the real values
    are gone for good.
    """

    fills: Mapping[Column, str] = field(default_factory=dict)
    usings: Mapping[Column, str] = field(default_factory=dict)
    neutral: bool = False
    literal: bool = False
    concurrently: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Change:
    before: Snapshot
    after: Snapshot
    differences: Mapping[ObjectKey, Difference]
    rebuilt: frozenset[ObjectKey] = frozenset()
    hints: Hints = Hints()

    def gone(self, kind: str) -> dict[ObjectKey, Attributes]:
        """Objects to drop: removed ones and, for as long as the change takes, those in its way."""
        return {
            key: attributes
            for key, attributes in self.before.objects.items()
            if key.kind == kind and (self._is(key, "removed") or key in self.rebuilt)
        }

    def new(self, kind: str) -> dict[ObjectKey, Attributes]:
        """Objects to create: added ones and those that were in the way."""
        return {
            key: attributes
            for key, attributes in self.after.objects.items()
            if key.kind == kind and (self._is(key, "added") or key in self.rebuilt)
        }

    def changed(self, kind: str) -> dict[ObjectKey, Difference]:
        """Objects that are altered in place."""
        return {
            key: difference
            for key, difference in self.differences.items()
            if key.kind == kind and difference.action == "changed" and key not in self.rebuilt
        }

    @cached_property
    def new_names(self) -> frozenset[tuple[str, str, str]]:
        """What the objects to create are named, each with the space of names that it is in."""
        new = (key for key in self.after.objects if self._is(key, "added") or key in self.rebuilt)
        return frozenset(space for key in new for space in spaces(key, self.after.objects[key]))

    def _is(self, key: ObjectKey, action: str) -> bool:
        difference = self.differences.get(key)
        return difference is not None and difference.action == action

    def table_added(self, schema: str, table: str) -> bool:
        return self._is(ObjectKey("table", schema, "", table), "added")

    def table_removed(self, schema: str, table: str) -> bool:
        return self._is(ObjectKey("table", schema, "", table), "removed")

    def column_gone(self, schema: str, table: str, column: str) -> bool:
        """Whether the column is dropped, on its own or to be recreated."""
        key = ObjectKey("column", schema, table, column)
        return self._is(key, "removed") or key in self.rebuilt

    def column_new(self, schema: str, table: str, column: str) -> bool:
        key = ObjectKey("column", schema, table, column)
        return self._is(key, "added") or key in self.rebuilt

    def column_before(self, schema: str, table: str, column: str) -> Attributes | None:
        return self.before.objects.get(ObjectKey("column", schema, table, column))

    def column_after(self, schema: str, table: str, column: str) -> Attributes | None:
        return self.after.objects.get(ObjectKey("column", schema, table, column))
