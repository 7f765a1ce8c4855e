"""Counts that are NULL where there is nothing to count: `count(*) … GROUP BY` has no row for it, nor `array_length`.

Pure. In: the rows after the upgrade, what the author's statements assign. Out: new columns that have counts in some
rows, NULL in others and 0 in none.
"""

import re
from collections.abc import Iterator

from bot.migration.planner.casts import family
from bot.migration.proof.declared_changes import DeclaredChanges
from bot.migration.proof.losses import RowChange
from bot.migration.proof.rows import RowSnapshot
from bot.schema.snapshots import Snapshot
from bot.sqltext.row_effects import Assignment

_COUNTS = re.compile(r"\b(?:count|array_length)\s*\(", re.IGNORECASE)
_READS = re.compile(r"\s*(?:select|with)\b", re.IGNORECASE)


def left_null(old: Snapshot, migrated: Snapshot, after: RowSnapshot, declared: DeclaredChanges) -> Iterator[RowChange]:
    """New columns of numbers in which rows without any have no number."""
    selected = any(_READS.match(sql) and _COUNTS.search(sql) for sql in declared.statements)
    for key, attributes in migrated.of("column").items():
        if key in old.objects or attributes["not_null"] or family(str(attributes["type"])) != "number":
            continue
        table = key.schema, key.parent
        there = after.tables.get(table)
        if there is None or key.name not in there.columns:
            continue
        values = [row[there.columns.index(key.name)] for row in there.rows]
        missing = values.count(None)
        if not missing or missing == len(values) or "0" in values:
            continue
        counting = (each for each in declared.assignments((*table, key.name)) if _is_counted(each, selected=selected))
        for assignment in list(counting)[:1]:
            yield RowChange("not counted", "warning", table, key.name, "upgrade", missing, sql=assignment.sql)


def _is_counted(assignment: Assignment, *, selected: bool) -> bool:
    """Whether the value is a count, or comes from a program that read counts."""
    return bool(_COUNTS.search(assignment.sql)) or (assignment.is_computed and selected)
