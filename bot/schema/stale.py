"""Functions that still speak of what is gone: the server keeps them as text, and no renaming reaches them. Pure.

In: two catalogs. Out: functions that are as they were, each with the names in it that nothing has any more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from bot.model import ObjectKey
from bot.schema.gone import Gone, Name, columns_of, functions, relations
from bot.schema.objects import Column
from bot.schema.snapshots import Snapshot
from bot.sqltext import routines
from bot.sqltext.routines import Routine
from bot.sqltext.row_effects import TableName
from bot.sqltext.words import unquoted

_RECORD = TableName("", "record")


@dataclass(frozen=True)
class Stale:
    """An object, and the names of what is gone: schema and name, for a column schema, table and name."""

    key: ObjectKey
    kind: Literal["relation", "function", "type", "column", "label"]
    names: tuple[str, ...]


@dataclass(frozen=True)
class StaleCode:
    """The functions of a database after a change, and what is gone by it."""

    old: Snapshot
    new: Snapshot
    gone: Gone

    def found(self) -> Iterator[Stale]:
        """Those of which the change left the code as it was."""
        before = {(key.schema, _bare(key), _body(a["definition"])) for key, a in self.old.of("function").items()}
        for key, attributes in self.new.of("function").items():
            routine = routines.read(attributes["definition"])
            if routine and (key.schema, _bare(key), _body(attributes["definition"])) in before:
                yield from dict.fromkeys(self._of(key, routine))

    def _of(self, key: ObjectKey, routine: Routine) -> Iterator[Stale]:
        tables = {**routine.tables(), **dict(self._of_triggers(key))}
        own = routine.own_names()
        for table in dict.fromkeys(tables.values()):
            if not (table.name in own and not table.schema):
                lost = _lost(table, self.gone.relations, self._relations)
                yield from (Stale(key, "relation", name) for name in lost)
        for part in routine.parts:
            for call in routines.calls(part):
                lost = _lost(call, self.gone.functions, self._functions)
                yield from (Stale(key, "function", name) for name in lost)
            for cast in routines.casts(part):
                yield from (Stale(key, "type", name) for name in _lost(cast, self.gone.types, ()))
        words = set(map(unquoted, routine.words))
        for column in sorted(column for column in self.gone.columns if column[2] in words):
            if any(self._is_meant(column, part, tables, own) for part in routine.parts):
                yield Stale(key, "column", column)

    def _is_meant(self, column: Column, part: tuple[str, ...], tables: dict[str, TableName], own: set[str]) -> bool:
        """Whether a column that is gone is named, and not another one of that name."""
        schema, table, name = column
        for qualifier in routines.uses(part, name):
            known = [tables.get(qualifier, TableName("", qualifier))] if qualifier else list(tables.values())
            if any(self._has(one, name) for one in known) or (not qualifier and name in own):
                continue
            if any(one.means(schema, table) for one in known):
                return True
            # A variable for a row of whatever it is, where no table has such a column any more.
            is_row = qualifier in own and tables.get(qualifier, _RECORD) == _RECORD
            if is_row and not any(other[2] == name for other in self._columns):
                return True
        return False

    def _has(self, table: TableName, column: str) -> bool:
        return any(name == column and table.means(schema, of) for schema, of, name in self._columns)

    def _of_triggers(self, key: ObjectKey) -> Iterator[tuple[str, TableName]]:
        """NEW and OLD are rows of the tables whose triggers run a function."""
        called = f"{key.schema}.{_bare(key)}"
        for trigger, attributes in self.new.of("trigger").items():
            if attributes["function"] == called:
                yield from ((name, TableName(trigger.schema, trigger.parent)) for name in ("new", "old"))

    @cached_property
    def _relations(self) -> dict[Name, str]:
        return relations(self.new)

    @cached_property
    def _functions(self) -> set[Name]:
        return functions(self.new)

    @cached_property
    def _columns(self) -> set[Column]:
        return set(columns_of(self.new))


def _lost(name: TableName, lost: Iterable[Name], there: Iterable[Name]) -> Iterator[Name]:
    """What of that name is gone, unless there is something else that is called so."""
    if not any(name.means(*other) for other in there):
        yield from (one for one in lost if name.means(*one))


def _bare(key: ObjectKey) -> str:
    """The name of a function without the types of its arguments."""
    return key.name.partition("(")[0]


def _body(definition: str) -> str:
    """What is left when the types in its head have got other names."""
    return definition.partition("\nAS ")[2]
