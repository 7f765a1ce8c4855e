"""A column before and after: what a new value is to the old one, by the types of both.

In: the attributes of the column on both sides, a server that knows the types. Out: verdicts on single values.
"""

import re
from dataclasses import dataclass
from typing import Literal

from bot.migration.intent.expected_data import ChangedValues
from bot.migration.planner.casts import family
from bot.migration.proof.canonical import Form, Value
from bot.migration.proof.casts_by_server import ServerCasts
from bot.migration.proof.comparison import Cell, ColumnChange
from bot.model import ObjectKey
from bot.schema.snapshots import Attributes

_MOST_ALIKE = 3  # of the values that become one and the same
Verdict = Literal["same", "rounded", "unheld", "other"]


@dataclass(frozen=True)
class ColumnSides:
    """A column before and after, with the types of its values; `labels` are those of the new type if it is an enum."""

    old: Attributes
    new: Attributes
    old_form: Form
    new_form: Form
    casts: ServerCasts
    labels: tuple[str, ...] = ()

    def namesake(self, value: Value) -> str | None:
        """The one label that is written as the value is, but for the letters' case and blanks."""
        found = [label for label in self.labels if _spelled(label) == _spelled(value or "")]
        return found[0] if len(found) == 1 else None

    def verdict(self, cell: Cell) -> Verdict:
        """What the new value is to the old one.

        `same`: what a cast gives, and can be taken back; `rounded`: what a cast gives; `unheld`: the new type has
        no such value; `other`: it would have had one.
        """
        value = cell.old or ""
        types = self.old["type"], self.new["type"]
        there, as_read = self.casts.cast(value, *types), self.casts.fixed(value, *types)
        if there is None or (types[0] == types[1] and self._form(as_read) != self.old_form(value)):
            return "unheld"
        # Text made of a moment or an interval is as the session of the migration writes it.
        forms = {self._form(there), self._form(as_read)}
        if cell.new_form not in forms:
            return "other" if cell.new is not None or self._is_reversible(value) else "unheld"
        return "same" if self._is_reversible(value) else "rounded"

    def _form(self, value: Value) -> Value:
        return None if value is None else self.new_form(value)

    def _is_reversible(self, value: str) -> bool:
        types = self.old["type"], self.new["type"], self.old["type"]
        back = self.casts.fixed(value, *types)
        if back is None or self.old_form(back) == self.old_form(value):
            return back is not None
        if family(types[0]) != "text" or family(types[1]) == "text" or self.new_form(value) != self.new_form(back):
            return False
        # Another spelling of the same value is no loss, but the zeros of a code are.
        return not (family(types[1]) == "number" and re.match(r"-?0\d|\+", value))

    def changed(self, column: ColumnChange, cells: list[Cell], *, declared: bool) -> ChangedValues:
        """Values that the type, or a new constraint, cannot hold."""
        keys = ObjectKey("column", *column.old), ObjectKey("column", *column.new)
        groups: dict[Value, list[str]] = {}
        for cell in cells:
            groups.setdefault(cell.new_form, []).append(cell.old or "")
        # One by which others can no longer be told apart says most.
        first = max(cells, key=lambda cell: len({*groups[cell.new_form]}))
        same = [*groups[first.new_form], *([first.new] if first.new_form in column.steady and first.new else [])]
        alike = tuple(dict.fromkeys(value for value in same if value != first.old))[:_MOST_ALIKE]
        types = self.old["type"], self.new["type"]
        return ChangedValues(*keys, *types, len(cells), first.old or "", first.new, declared, alike)


def _spelled(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
