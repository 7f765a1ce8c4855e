"""Which tables a change can break the use of: those that it changes, and those that foreign keys tie to them."""

from collections.abc import Iterable
from dataclasses import replace

from bot.model import Difference, ObjectKey
from bot.schema.objects import Table, columns_of_type, foreign_keys, foreign_keys_to
from bot.schema.snapshots import Snapshot

_PARTS = ("column", "constraint", "trigger", "rule", "policy")
_TYPES = ("enum", "domain", "composite", "range")


def touched(differences: Iterable[Difference], *sides: Snapshot) -> frozenset[Table]:
    """By the names that they have on either side. An index that is not unique changes nothing for anybody."""
    found: set[Table] = set()
    for difference in differences:
        key = difference.key
        if key.kind == "table":
            found.add((key.schema, key.name))
        elif key.kind in _PARTS or (key.kind == "index" and _is_unique(difference, sides)):
            found.add((key.schema, key.parent))
        elif key.kind in _TYPES:
            found |= {(c.schema, c.parent) for side in sides for c, _ in columns_of_type(side, key)}
    return frozenset(found)


def _is_unique(difference: Difference, sides: tuple[Snapshot, ...]) -> bool:
    return any(side.objects.get(difference.key, {}).get("unique") for side in sides)


def neighbours(tables: Iterable[Table], *sides: Snapshot) -> frozenset[Table]:
    """The tables that foreign keys lead to or come from."""
    found: set[Table] = set()
    for side in sides:
        for table in tables:
            found |= {target for _, _, target in foreign_keys(side, table)}
            found |= {(key.schema, key.parent) for key, _ in foreign_keys_to(side, table)}
    return frozenset(found)


def catalog_of(tables: Iterable[Table], side: Snapshot) -> Snapshot:
    """The catalog without tables in which no rows are needed for these to have some."""
    wanted = _with_parents(tables, side)
    objects = {k: a for k, a in side.objects.items() if k.kind != "table" or (k.schema, k.name) in wanted}
    return replace(side, objects=objects)


def _with_parents(tables: Iterable[Table], side: Snapshot) -> frozenset[Table]:
    """All tables in which rows have to be before these can have any."""
    found: set[Table] = set()
    waiting = [table for table in tables if ObjectKey("table", table[0], "", table[1]) in side.objects]
    while waiting:
        table = waiting.pop()
        if table not in found:
            found.add(table)
            waiting += [target for _, _, target in foreign_keys(side, table)]
    return frozenset(found)
