"""What was in a database and is not any more, by the names that code speaks of it with. Pure.

In: two catalogs. Out: relations, columns, functions and types that are gone or renamed, and labels of enums.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.model import ObjectKey
from bot.schema.objects import Column, columns_of_type, type_of
from bot.schema.snapshots import RELATIONS, Snapshot

Name = tuple[str, str]  # schema, name


@dataclass(frozen=True)
class Gone:
    """`columns` are those of relations that are still there.

    `labels` are those that an enum, or the one that took its place in a column, lacks now; `enum_columns` have them.
    """

    relations: Mapping[Name, str]
    columns: frozenset[Column]
    functions: frozenset[Name]
    types: frozenset[Name]
    labels: Mapping[Name, frozenset[str]]
    enum_columns: Mapping[Column, Name]

    def __bool__(self) -> bool:
        return any((self.relations, self.columns, self.functions, self.types, self.labels))


def gone(old: Snapshot, new: Snapshot) -> Gone:
    """What the first has and the second has not."""
    there = relations(new)
    columns = {column for column in columns_of(old) if column[:2] in there}
    labels = _labels(old, new)
    return Gone(
        relations={name: kind for name, kind in relations(old).items() if name not in there},
        columns=frozenset(columns - {*columns_of(new)}),
        functions=frozenset(functions(old) - functions(new)),
        types=frozenset(_types(old) - _types(new)),
        labels=labels,
        enum_columns={column: enum for enum in labels for column in _columns_of_enum(new, enum)},
    )


def relations(snapshot: Snapshot) -> dict[Name, str]:
    """Tables, views, sequences and so on, each with its kind."""
    return {(key.schema, key.name): kind for kind in sorted(RELATIONS) for key in snapshot.of(kind)}


def columns_of(snapshot: Snapshot) -> Iterator[Column]:
    """The columns of tables and views."""
    yield from ((key.schema, key.parent, key.name) for key in snapshot.of("column"))
    for kind in ("view", "materialized_view"):
        for key, attributes in snapshot.of(kind).items():
            yield from ((key.schema, key.name, column["name"]) for column in attributes.get("columns") or ())


def functions(snapshot: Snapshot) -> set[Name]:
    """Functions, procedures and aggregates without the types of their arguments."""
    return {(key.schema, key.name.partition("(")[0]) for kind in ("function", "aggregate") for key in snapshot.of(kind)}


def _types(snapshot: Snapshot) -> set[Name]:
    return {(key.schema, key.name) for kind in ("enum", "domain", "composite", "range") for key in snapshot.of(kind)}


def _labels(old: Snapshot, new: Snapshot) -> dict[Name, frozenset[str]]:
    found: dict[Name, frozenset[str]] = {}
    for key, attributes in old.of("enum").items():
        columns = [new.objects.get(column, {}) for column, _ in columns_of_type(old, key)]
        for enum in {(key.schema, key.name), *map(type_of, columns)}:
            after = new.objects.get(ObjectKey("enum", enum[0], "", enum[1]))
            if after is not None and (lost := {*attributes["labels"]} - {*after["labels"]}):
                found[enum] = found.get(enum, frozenset()) | lost
    return found


def _columns_of_enum(snapshot: Snapshot, enum: Name) -> Iterator[Column]:
    key = ObjectKey("enum", enum[0], "", enum[1])
    yield from ((column.schema, column.parent, column.name) for column, _ in columns_of_type(snapshot, key))
    for kind in ("view", "materialized_view"):
        for view, attributes in snapshot.of(kind).items():
            of_enum = [column for column in attributes.get("columns") or () if column["type"] == f"{enum[0]}.{enum[1]}"]
            yield from ((view.schema, view.name, column["name"]) for column in of_enum)
