"""Renames: what moved rather than went, as SQL, as operations, and back again.

Renames that a person must confirm (schemas, tables, columns, enum labels) come from decisions; those that
follow without risk (constraints, indexes, sequences, types of equal content) are found here.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from bot.migration.planner.operations import Operation
from bot.model import ObjectKey
from bot.schema.compare import compare, keyed
from bot.schema.objects import owner
from bot.schema.snapshots import Attributes, Snapshot
from bot.sqltext import names, quote

RenameKind = Literal["schema", "table", "column", "enum", "label", "constraint", "index", "sequence"]


@dataclass(frozen=True, order=True)
class Rename:
    """`name` in `schema` (of `parent`: a table, or the enum of a label) becomes `new_name` in `new_schema`."""

    kind: RenameKind
    schema: str
    parent: str
    name: str
    new_schema: str
    new_name: str

    @property
    def inverse(self) -> "Rename":
        return Rename(self.kind, self.new_schema, self.parent, self.new_name, self.schema, self.name)

    @property
    def written(self) -> tuple[str, str]:
        """The old name and the new one, as people write them; with `public` where it is what changes."""
        if self.kind == "schema" or self.schema == self.new_schema:
            schema = self.schema if self.kind != "schema" else ""
            return names.dotted(schema, self.parent, self.name), names.written(self.new_name)
        sides = (self.schema, self.name), (self.new_schema, self.new_name)
        old, new = (".".join(map(names.written, side)) for side in sides)
        return old, new

    def statements(self) -> list[str]:
        """The SQL that renames; moving to another schema and taking another name are two statements."""
        if self.kind == "schema":
            return [f"ALTER SCHEMA {quote.name(self.name)} RENAME TO {quote.name(self.new_name)}"]
        owner_name = quote.qualified(self.schema, self.parent)
        if self.kind == "label":
            values = f"{quote.literal(self.name)} TO {quote.literal(self.new_name)}"
            return [f"ALTER TYPE {owner_name} RENAME VALUE {values}"]
        if self.kind in ("column", "constraint"):
            both = f"{quote.name(self.name)} TO {quote.name(self.new_name)}"
            return [f"ALTER TABLE {owner_name} RENAME {self.kind.upper()} {both}"]
        word = {"enum": "TYPE"}.get(self.kind, self.kind.upper())
        found = []
        if self.schema != self.new_schema:
            found.append(
                f"ALTER {word} {quote.qualified(self.schema, self.name)} SET SCHEMA {quote.name(self.new_schema)}"
            )
        if self.name != self.new_name:
            here = quote.qualified(self.new_schema, self.name)
            found.append(f"ALTER {word} {here} RENAME TO {quote.name(self.new_name)}")
        return found

    def operations(self) -> list[Operation]:
        """The same in Alembic's vocabulary."""
        if self.kind == "column":
            place = {"schema": self.schema, "table": self.parent, "column": self.name}
            return [{"op": "alter_column", **place, "new_name": self.new_name}]
        if self.kind == "table" and self.schema == self.new_schema:
            return [{"op": "rename_table", "schema": self.schema, "table": self.name, "new_name": self.new_name}]
        return [{"op": "execute", "sql": statement} for statement in self.statements()]


def inverse(renames: Iterable[Rename]) -> list[Rename]:
    """What undoes renames, in the order in which it must be done.

    Columns are renamed below their table's new name, so that on the way back they come first, too.
    """
    return [rename.inverse for rename in reversed(list(renames))]


def missing_schemas(renames: Iterable[Rename], before: Snapshot) -> list[str]:
    """The SQL for schemas that renames move something into and that are not there."""
    there = {key.name for key in before.of("schema")}
    wanted = (rename.new_schema for rename in renames if rename.kind != "schema")
    return [f"CREATE SCHEMA {quote.name(schema)}" for schema in dict.fromkeys(wanted) if schema not in there]


def derived(before: Snapshot, after: Snapshot) -> list[Rename]:
    """Objects without rows of their own that are the same but for their names."""
    differences = keyed(compare(before, after))
    found: list[Rename] = []
    for kind, content, place in _KINDS:
        gone, new = defaultdict[Any, list[ObjectKey]](list), defaultdict[Any, list[ObjectKey]](list)
        for key, difference in differences.items():
            if key.kind != kind or difference.action == "changed":
                continue
            removed = difference.action == "removed"
            attributes = (before if removed else after).objects[key]
            mark = content(attributes)
            if mark is not None:
                (gone if removed else new)[place(key), repr(mark)].append(key)
        for mark, old in gone.items():
            for key, target in zip(sorted(old), sorted(new.get(mark, [])), strict=False):
                rename_kind: Any = kind
                found.append(Rename(rename_kind, key.schema, key.parent, key.name, target.schema, target.name))
    return list(_without_collisions(found, before))


def _constraint(attributes: Attributes) -> Any:
    return None if attributes.get("inherited") else sorted(_shown(attributes).items())


def _index(attributes: Attributes) -> Any:
    if attributes.get("inherited"):
        return None
    # The definition names the index: CREATE [UNIQUE] INDEX name ON …
    definition = re.sub(
        r"^(CREATE (?:UNIQUE )?INDEX )(?:\"(?:[^\"]|\"\")*\"|\S+)( ON )", r"\1\2", attributes["definition"]
    )
    return sorted({**_shown(attributes), "definition": definition}.items())


def _sequence(attributes: Attributes) -> Any:
    """By its owner; one without is known by its options alone."""
    column = owner(attributes)
    return (column, attributes.get("ownership")) if column else sorted(_shown(attributes).items())


def _enum(attributes: Attributes) -> Any:
    return attributes["labels"]


def _shown(attributes: Attributes) -> Attributes:
    return {name: value for name, value in attributes.items() if name != "comment"}


def _same_table(key: ObjectKey) -> Any:
    return key.schema, key.parent


def _anywhere(_key: ObjectKey) -> Any:
    return ()


_Content = Callable[[Attributes], Any]
_KINDS: tuple[tuple[str, _Content, Callable[[ObjectKey], Any]], ...] = (
    ("enum", _enum, _anywhere),
    ("sequence", _sequence, _anywhere),
    ("constraint", _constraint, _same_table),
    ("index", _index, _same_table),
)


def _without_collisions(renames: list[Rename], before: Snapshot) -> Iterator[Rename]:
    """Leave out a rename to a name that is still taken: dropping and creating works there."""
    for rename in renames:
        parent = rename.parent if rename.kind in ("constraint", "index") else ""
        if ObjectKey(rename.kind, rename.new_schema, parent, rename.new_name) not in before.objects:
            yield rename
