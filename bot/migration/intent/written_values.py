"""Columns into which the models of both sides write different values, while the type on the server is the same.

Pure. In: the models of base and head. Out: what each side writes for the same: a label of an enum, the identity of a
class, a value of a type of the project's own. A new label or class is no difference; neither is a class that moved.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.migration.intent.expected_data import Table
from bot.project.client.answers import ModelColumn, Models, ModelTable, WrittenValue
from bot.sqltext import quote

Reason = Literal["labels", "identities", "type", "discriminator"]
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")
_NOT_A_NAME = re.compile(r"\W|\A(True|False|\d+)\Z")  # what distinguishes a sample value from the member of an enum


@dataclass(frozen=True)
class ChangedWriting:
    """`pairs` are values that rows have, each with what the models write now, None where that is nothing.

    `closed` says that there are no others. Of a discriminator, `instead` is the column that it was before; of a type,
    the name of the class that wrote the values.
    """

    table: Table
    column: str
    reason: Reason
    pairs: tuple[tuple[WrittenValue, WrittenValue | None], ...] = ()
    closed: bool = True
    instead: str = ""

    @property
    def update(self) -> str:
        """The statement that makes of each old value the new one; empty where that cannot be said."""
        table, column = quote.qualified(*self.table), quote.name(self.column)
        if self.reason == "discriminator":
            return f"UPDATE {table} SET {column} = {quote.name(self.instead)}"
        known = {literal(old): literal(new) for old, new in self.pairs if new is not None}
        if not known or not self.closed or "" in (*known, *known.values()):
            return ""
        if len(known) == 1:
            ((old, new),) = known.items()
            return f"UPDATE {table} SET {column} = {new} WHERE {column} = {old}"
        cases = " ".join(f"WHEN {old} THEN {new}" for old, new in known.items())
        return f"UPDATE {table} SET {column} = CASE {column} {cases} END WHERE {column} IN ({', '.join(known)})"


def literal(value: WrittenValue) -> str:
    """A value in SQL; empty where the kind of value has no obvious form."""
    if value.kind == "text" and " ... " not in value.text:
        return quote.literal(value.text)
    if value.kind == "constant":
        return {"True": "true", "False": "false"}.get(value.text, "")
    return value.text if value.kind == "number" and _NUMBER.match(value.text) else ""


def changed(base: Models, head: Models) -> Iterator[ChangedWriting]:
    """All such columns of tables that both sides have."""
    before = {_table(table): table for table in base.tables}
    for table in head.tables:
        was = before.get(_table(table))
        if was is not None:
            found = list(_columns(was, table))
            yield from found
            yield from (one for one in _identities(was, table) if one.column not in {other.column for other in found})


def _table(table: ModelTable) -> Table:
    return table.schema or "public", table.name


def _columns(was: ModelTable, now: ModelTable) -> Iterator[ChangedWriting]:
    before = {column.name: column for column in was.columns}
    for column in now.columns:
        old = before.get(column.name)
        if old is None or _base(old.type) != _base(column.type):
            continue
        place = _table(now), column.name
        if not old.kind and not column.kind:
            pairs = _labels(old, column)
            if pairs:
                yield ChangedWriting(*place, "labels", pairs, closed=not _is_array(column))
        elif not old.writes or not column.writes:
            if old.disguises or column.disguises:
                yield ChangedWriting(*place, "type", closed=False, instead=old.kind)
        else:
            yield from _of_types(place, old, column)


def _is_array(column: ModelColumn) -> bool:
    return column.type.endswith("]")


def _base(type_name: str) -> str:
    return re.sub(r"\([^)]*\)", "", type_name).lower()


def _labels(old: ModelColumn, new: ModelColumn) -> tuple[tuple[WrittenValue, WrittenValue | None], ...]:
    """Labels that are written otherwise or no more; those that the server would refuse are asked for elsewhere."""
    if not old.writes or not new.writes:
        return ()
    pairs = _pairs(old.writes, new.writes)
    left = set(new.writes.values())
    return tuple(pair for pair in pairs if pair[0] in left) if new.guarded or old.guarded else pairs


def _pairs(
    old: Mapping[str, WrittenValue], new: Mapping[str, WrittenValue]
) -> tuple[tuple[WrittenValue, WrittenValue | None], ...]:
    """What each name stood for and stands for now. A value whose name is gone may have another; one that went and one
    that came are taken for each other."""
    renamed = [(value, new[name]) for name, value in old.items() if name in new and new[name] != value]
    gone = [value for name, value in old.items() if name not in new and value not in new.values()]
    came = [value for name, value in new.items() if name not in old and value not in old.values()]
    instead = came[0] if len(gone) == len(came) == 1 else None
    return (*renamed, *((value, instead) for value in gone))


def _of_types(place: tuple[Table, str], old: ModelColumn, new: ModelColumn) -> Iterator[ChangedWriting]:
    """Samples that both sides take and write differently. What varies from one time to the next shows by its class."""
    both = [name for name in old.writes if name in new.writes]
    differ = [name for name in both if old.writes[name] != new.writes[name]]
    varies = any(old.writes[name].kind == "varies" for name in both) and old.kind != new.kind
    if differ or varies:
        known = {old.writes[name]: new.writes[name] for name in differ}
        whole = all(known.get(old.writes[name], new.writes[name]) == new.writes[name] for name in both)
        of_two = {"True", "False"} <= set(differ) and len(known) == 2
        closed = whole and not _is_array(new) and (of_two or not any(map(_NOT_A_NAME.search, both)))
        yield ChangedWriting(*place, "type", tuple(known.items()), closed, old.kind)


def _identities(was: ModelTable, now: ModelTable) -> Iterator[ChangedWriting]:
    if not was.discriminator or not now.discriminator:
        return
    place = _table(now), now.discriminator
    pairs = _pairs(was.identities, now.identities)
    if was.discriminator != now.discriminator:
        yield ChangedWriting(*place, "discriminator", instead=was.discriminator)
    elif pairs:
        yield ChangedWriting(*place, "identities", pairs)
