"""Rows of two tables that become one where their keys are the same: what one of the two had is gone with its table."""

from collections.abc import Iterator

from bot.findings.authored import statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.schema.objects import is_unique, unique_keys
from bot.schema.snapshots import Snapshot
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import TableName
from bot.sqltext.upserts import Upsert, upserts

CODE = "one-row-of-two"
CODES = {CODE: "Of two rows with the same key, the values of one are lost"}


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts):
        for upsert in upserts(found.sql):
            said = _said(facts.old, facts.migrated, upsert) if facts.old and facts.migrated else ""
            if said:
                yield found.warning(
                    CODE,
                    said,
                    detail=found.quoted,
                    advice="Make one value of both, as in `SET n = t.n + EXCLUDED.n`, or say why the other can go.",
                )


def _said(old: Snapshot, new: Snapshot, upsert: Upsert) -> str:
    table = dotted(upsert.table.name)
    there = _columns(old, upsert.table)
    lost = sorted(upsert.overwritten & there - upsert.key)
    if lost:
        return f"Where {table} has the key already, its {', '.join(lost)} give way to the new ones"
    key = upsert.key or _key(new, upsert)
    for source in upsert.sources if key and (there or _may_have_twins(old, upsert)) else ():
        gone = _columns(old, source) - _columns(new, source)
        left = sorted(column for to, column in upsert.copied if to not in key | upsert.set and column in gone)
        if left:
            rows = f"Rows of {source.name} whose {', '.join(sorted(key))} {table} has already"
            return f"{rows} are left out, with their {', '.join(left)}"
    return ""


def _may_have_twins(old: Snapshot, upsert: Upsert) -> bool:
    """Whether two rows of the sources may have the same key: for a new table that is the only conflict there is."""
    names = {column for to, column in upsert.copied if to in upsert.key}
    return not any(
        is_unique(old, (key.schema, key.name), names)
        for source in upsert.sources
        for key in old.of("table")
        if source.means(key.schema, key.name)
    )


def _key(new: Snapshot, upsert: Upsert) -> frozenset[str]:
    """The columns of a unique key among those that are filled."""
    filled = {to for to, _ in upsert.copied}
    for key in new.of("table"):
        if upsert.table.means(key.schema, key.name):
            for unique in unique_keys(new, (key.schema, key.name)):
                if {*unique["columns"]} <= filled:
                    return frozenset(unique["columns"])
    return frozenset()


def _columns(schema: Snapshot, table: TableName) -> set[str]:
    return {key.name for key in schema.of("column") if table.means(key.schema, key.parent)}
