"""Rows that a program has left alone while it did something for others whose values, keys aside, were the same.

What a program computes is not known; where it takes some rows at a time, there are rows that were made to be alike, in
the first batch and behind it. In: the rows before and after the upgrade. Out: new columns that are NULL in some of
them, and new tables that have rows for some of them.
"""

from collections import defaultdict
from collections.abc import Iterator

from bot.migration.intent.expected_data import Table
from bot.migration.proof.comparison import keys_of
from bot.migration.proof.losses import RowChange
from bot.migration.proof.matching import match
from bot.migration.proof.rows import Row, RowSnapshot, TableRows
from bot.model import ObjectKey
from bot.schema.objects import references
from bot.schema.snapshots import Snapshot
from bot.sqltext.names import dotted

Groups = list[list[int]]  # places of rows after the upgrade that were alike before


def left_alone(old: Snapshot, migrated: Snapshot, before: RowSnapshot, after: RowSnapshot) -> Iterator[RowChange]:
    """What of the upgrade some rows have and others, which were alike, have not."""
    known = keys_of(old)
    for table, content in after.tables.items():
        was = before.tables.get(table)
        groups = _alike(was, content, known.get(table, [])) if was is not None else []
        if groups:
            yield from _columns(old, migrated, table, content, groups)
            yield from _children(old, migrated, table, after, groups)


def _alike(was: TableRows, content: TableRows, keys: list[frozenset[str]]) -> Groups:
    unique = {each for key in keys for each in key}
    places = [place for place, each in enumerate(was.columns) if each not in unique]
    kept = [(each, each) for each in was.columns if each in content.columns]
    groups: dict[Row, list[int]] = defaultdict(list)
    for one, other in match(was, content, kept, keys).same if places else ():
        groups[tuple(was.rows[one][place] for place in places)].append(other)
    return [group for group in groups.values() if len(group) > 1]


def _columns(
    old: Snapshot, migrated: Snapshot, table: Table, content: TableRows, groups: Groups
) -> Iterator[RowChange]:
    """New columns that may be NULL, and are in some rows."""
    unique = {name for key in keys_of(migrated).get(table, []) for name in key}
    for key, attributes in migrated.children("column", *table).items():
        if key in old.objects or attributes["not_null"] or key.name in unique or key.name not in content.columns:
            continue
        place = content.columns.index(key.name)
        rows = _without(groups, {number for number, row in enumerate(content.rows) if row[place] is not None})
        if rows:
            yield RowChange("passed over", "warning", table, key.name, "upgrade", rows)


def _children(
    old: Snapshot, migrated: Snapshot, table: Table, after: RowSnapshot, groups: Groups
) -> Iterator[RowChange]:
    """New tables that refer to some rows."""
    content = after.tables[table]
    for key, attributes in migrated.of("constraint").items():
        child = key.schema, key.parent
        is_new = ObjectKey("table", child[0], "", child[1]) not in old.objects
        if references(attributes) != table or not is_new or child not in after.tables or len(attributes["columns"]) > 1:
            continue
        ((column,), (other,)) = attributes["columns"], attributes["references_columns"]
        place, there = content.columns.index(other), after.tables[child].columns.index(column)
        named = {row[there] for row in after.tables[child].rows}
        rows = _without(groups, {number for number, row in enumerate(content.rows) if row[place] in named})
        if rows:
            yield RowChange("not copied", "warning", table, None, "upgrade", rows, dotted(*child))


def _without(groups: Groups, having: set[int]) -> int:
    """How many rows are not among these, in groups in which others are."""
    return sum(len(group) - had for group in groups if (had := len(having & {*group})))
