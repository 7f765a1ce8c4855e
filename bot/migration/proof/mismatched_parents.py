"""Rows whose parents have different parents: a task in a project of one tenant, by an author of another one.

Pure. In: the catalog, the rows that are there. Out: values of foreign keys, for each two ways that lead from a table to
the same other one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.schema.objects import foreign_keys
from bot.schema.snapshots import Attributes, Snapshot

Table = tuple[str, str]
Row = dict[str, str | None]
_MOST = 4  # pairs of ways


@dataclass(frozen=True)
class _Way:
    """From a table over `key` to the row of a parent, and from there, unless it is the goal, over one key more."""

    key: Attributes
    goal: Table
    ends: Sequence[tuple[Row, tuple[str | None, ...]]]  # a row of the parent, and which row it leads to


def apart(snapshot: Snapshot, table: Table, rows: Mapping[Table, list[Row]]) -> Iterator[Row]:
    """Values of foreign keys of a row whose parents do not belong together."""
    ways = list(_ways(snapshot, table, rows))
    pairs = (
        (one, other)
        for one, other in combinations(ways, 2)
        if one.goal == other.goal and not {*one.key["columns"]} & {*other.key["columns"]}
    )
    found = (values for one, other in pairs if (values := _apart(one, other)) is not None)
    yield from (values for values, _ in zip(found, range(_MOST), strict=False))


def _ways(snapshot: Snapshot, table: Table, rows: Mapping[Table, list[Row]]) -> Iterator[_Way]:
    for _, key, parent in foreign_keys(snapshot, table):
        there = rows.get(parent, []) if parent != table else []
        if there:
            yield _Way(key, parent, [(row, _values(row, key["references_columns"])) for row in there])
        for _, further, goal in foreign_keys(snapshot, parent) if there else ():
            yield _Way(key, goal, [(row, _values(row, further["columns"])) for row in there])


def _values(row: Row, columns: Sequence[str]) -> tuple[str | None, ...]:
    return tuple(row.get(column) for column in columns)


def _apart(one: _Way, other: _Way) -> Row | None:
    for row, end in one.ends:
        for there, another in other.ends:
            if end != another and None not in (*end, *another):
                return {**_reference(one.key, row), **_reference(other.key, there)}
    return None


def _reference(key: Attributes, row: Row) -> Row:
    return {column: row.get(name) for column, name in zip(key["columns"], key["references_columns"], strict=True)}
