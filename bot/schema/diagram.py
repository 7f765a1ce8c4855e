"""A diagram of changed tables and their neighbours, as data.

In: a snapshot and what changed. Out: a `Diagram`, which `views.json` carries and `report/mermaid.py` draws. Names are
as the catalog has them.
"""

from collections.abc import Collection, Iterator
from typing import Literal

from bot.model import Difference, ObjectKey, Record
from bot.schema.describe import changed_tables
from bot.schema.objects import is_unique, referenced
from bot.schema.snapshots import Attributes, Snapshot

Table = tuple[str, str]  # schema and name
Mark = Literal["PK", "FK", "UK"]
Change = Literal["", "new", "changed"]


class DiagramColumn(Record, frozen=True):
    name: str
    type: str
    marks: tuple[Mark, ...] = ()
    change: Change = ""


class DiagramTable(Record, frozen=True):
    schema: str
    name: str
    change: Change
    columns: tuple[DiagramColumn, ...] = ()


class Link(Record, frozen=True):
    """A foreign key: `always` when a child must have a parent, `unique` when a parent has one child at most."""

    child: Table
    parent: Table
    columns: tuple[str, ...]
    always: bool = False
    unique: bool = False


class Diagram(Record, frozen=True):
    """Changed tables with their columns, and the foreign keys that join them to others."""

    tables: tuple[DiagramTable, ...] = ()
    links: tuple[Link, ...] = ()


def diagram(snapshot: Snapshot, differences: Collection[Difference]) -> Diagram:
    """The tables that the differences speak of, as far as the snapshot has them; changed ones before new ones."""
    changes: dict[ObjectKey, Change] = {d.key: "new" if d.action == "added" else "changed" for d in differences}
    found = [
        _table(snapshot, table, changes)
        for table in changed_tables(differences)
        if ObjectKey("table", table[0], "", table[1]) in snapshot.objects
    ]
    there = {(table.schema, table.name) for table in found}
    links = [link for link in _links(snapshot) if link.child in there or link.parent in there]
    return Diagram(tables=tuple(sorted(found, key=lambda table: table.change == "new")), links=tuple(links))


def _table(snapshot: Snapshot, table: Table, changes: dict[ObjectKey, Change]) -> DiagramTable:
    columns = snapshot.children("column", *table)
    marks = _marks(snapshot, table)
    change = changes.get(ObjectKey("table", table[0], "", table[1]), "changed")
    return DiagramTable(
        schema=table[0],
        name=table[1],
        change=change,
        columns=tuple(
            DiagramColumn(
                name=key.name,
                type=str(attributes.get("type", "")),
                marks=tuple(marks.get(key.name, ())),
                change=changes.get(key, "") if change == "changed" else "",
            )
            for key, attributes in sorted(columns.items(), key=lambda item: (item[1].get("position", 0), item[0].name))
        ),
    )


def _links(snapshot: Snapshot) -> Iterator[Link]:
    """Foreign keys; those of partitions only repeat those of their table."""
    for key, attributes in sorted(snapshot.of("constraint").items()):
        if attributes.get("type") == "f" and not attributes.get("inherited"):
            yield Link(
                child=(key.schema, key.parent),
                parent=referenced(attributes),
                columns=tuple(attributes["columns"]),
                always=_always_set(snapshot, key, attributes),
                unique=is_unique(snapshot, (key.schema, key.parent), set(attributes["columns"])),
            )


def _marks(snapshot: Snapshot, table: Table) -> dict[str, list[Mark]]:
    """PK, FK and UK by column."""
    found: dict[str, list[Mark]] = {}
    constraints = snapshot.children("constraint", *table).values()
    kinds: tuple[tuple[Mark, str], ...] = (("PK", "p"), ("FK", "f"), ("UK", "u"))
    for mark, kind in kinds:
        for attributes in constraints:
            if attributes.get("type") != kind or (kind == "u" and len(attributes["columns"]) > 1):
                continue
            for column in attributes["columns"]:
                if mark not in found.setdefault(column, []):
                    found[column].append(mark)
    return found


def _always_set(snapshot: Snapshot, key: ObjectKey, attributes: Attributes) -> bool:
    columns = snapshot.children("column", key.schema, key.parent)
    return all(
        columns.get(ObjectKey("column", key.schema, key.parent, name), {}).get("not_null")
        for name in attributes["columns"]
    )
