"""The tables that a change can reach. Pure.

In: two catalogs, words of the migration. Out: tables that differ, that are spoken of, or that foreign keys or
inheritance tie to one of them; None for a database so small that all of them get their rows.
"""

from bot.migration.proof.row_plans import Table
from bot.schema.compare import compare
from bot.schema.objects import referenced
from bot.schema.snapshots import Snapshot

FEW_TABLES = 100  # up to here, every table gets all its rows


def reachable(
    old: Snapshot, target: Snapshot, mentioned: frozenset[str], few: int = FEW_TABLES
) -> frozenset[Table] | None:
    """The tables to be tried with more than a few rows; None for all of them where they are not more than `few`."""
    tables = {(key.schema, key.name) for key in old.of("table")}
    if len(tables) <= few:
        return None
    changed = {(d.schema, d.parent or d.name) for d in compare(old, target)}
    types = {d.name for d in compare(old, target) if d.kind in ("enum", "domain", "composite", "range")}
    typed = {(key.schema, key.parent) for key, a in old.of("column").items() if a.get("type_name") in types}
    start = (changed | typed | {table for table in tables if table[1] in mentioned}) & tables
    return frozenset(start | {table for pair in _ties(old) if start & set(pair) for table in pair})


def _ties(old: Snapshot) -> set[tuple[Table, Table]]:
    found = set[tuple[Table, Table]]()
    for key, attributes in old.of("constraint").items():
        if attributes["type"] == "f":
            found.add(((key.schema, key.parent), referenced(attributes)))
    return found
