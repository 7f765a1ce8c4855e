"""Texts that a program made of values which were NULL: `f"{row.title} {row.body}"` writes the word None.

Pure. In: the rows before and after the upgrade, what the author's statements assign, the words of the migration. Out:
new columns with such words in rows that had a NULL, and in which no value had the word.
"""

import re
from collections.abc import Collection, Iterator

from bot.migration.intent.expected_data import Table
from bot.migration.planner.casts import family
from bot.migration.proof.comparison import keys_of
from bot.migration.proof.declared_changes import DeclaredChanges
from bot.migration.proof.losses import RowChange
from bot.migration.proof.matching import match
from bot.migration.proof.rows import Row, RowSnapshot
from bot.schema.snapshots import Snapshot

_WORD = re.compile(r"(?<![a-z])(?:none|nan)(?![a-z])", re.IGNORECASE)


def written(
    old: Snapshot,
    migrated: Snapshot,
    rows: tuple[RowSnapshot, RowSnapshot],
    declared: DeclaredChanges,
    mentioned: Collection[str],
) -> Iterator[RowChange]:
    """New texts with the name of nothing in them; a migration that has the word itself writes it on purpose."""
    if any(_WORD.search(word) for word in mentioned):
        return
    before, after = rows
    for key, attributes in migrated.of("column").items():
        table = key.schema, key.parent
        if key in old.objects or family(str(attributes["type"])) != "text" or table not in before.tables:
            continue
        computed = [each for each in declared.assignments((*table, key.name)) if each.is_computed]
        found = list(_found(old, table, key.name, before, after)) if computed else []
        if found:
            yield RowChange(
                "null as text", "warning", table, key.name, "upgrade", len(found), None, found[0], computed[0].sql
            )


def _found(old: Snapshot, table: Table, column: str, before: RowSnapshot, after: RowSnapshot) -> Iterator[str]:
    was, content = before.tables[table], after.tables.get(table)
    if content is None or column not in content.columns:
        return
    place = content.columns.index(column)
    kept = [(name, name) for name in was.columns if name in content.columns]
    for one, other in match(was, content, kept, keys_of(old).get(table, [])).same:
        value = content.rows[other][place]
        if value is not None and _WORD.search(value) and _is_of_null(was.rows[one]):
            yield value


def _is_of_null(row: Row) -> bool:
    return None in row and not any(value is not None and _WORD.search(value) for value in row)
