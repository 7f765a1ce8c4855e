"""Objects of a database: what names one, and what two snapshots do not agree on."""

from typing import Any, Literal, NamedTuple

from bot.model.record import Record

Action = Literal["added", "removed", "changed"]


class ObjectKey(NamedTuple):
    """What names an object; `parent` is the table of columns, constraints, indexes and such, else empty."""

    kind: str
    schema: str
    parent: str
    name: str


class Difference(Record, frozen=True):
    """One object of a database that two snapshots do not agree on.

    `before` and `after` hold the whole definition for added and removed objects, and only the attributes
    that differ for changed ones.
    """

    kind: str
    schema: str
    parent: str
    name: str
    action: Action
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None

    @property
    def key(self) -> ObjectKey:
        """The object that differs."""
        return ObjectKey(self.kind, self.schema, self.parent, self.name)
