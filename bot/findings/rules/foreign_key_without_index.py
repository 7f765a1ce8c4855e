"""New foreign keys whose columns no index begins with: each delete in the other table reads this one whole."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding, ObjectKey
from bot.schema.objects import foreign_keys, references
from bot.schema.snapshots import Attributes, Snapshot
from bot.sqltext.names import dotted

CODES = {"foreign-key-without-index": "No index begins with the columns of a new foreign key"}


def check(facts: Facts) -> Iterator[Finding]:
    if facts.migrated is None or facts.old is None:
        return
    for key, attributes in facts.migrated.of("constraint").items():
        target = references(attributes)
        if target is None or _was_there(facts.old, key, attributes) or _is_new_table(facts.old, key):
            continue
        if not _has_index(facts.migrated, key, attributes):
            column = attributes["columns"][0]
            yield Finding(
                code="foreign-key-without-index",
                severity="notice",
                title=f"No index for the new foreign key {dotted(key.schema, key.parent, key.name)}",
                detail=f"Each delete in {dotted(*target)} reads {dotted(key.schema, key.parent)} whole.",
                advice=f"Give the column an index (`index=True` on {column}), built with CONCURRENTLY.",
            )


def _was_there(old: Snapshot, key: ObjectKey, attributes: Attributes) -> bool:
    """Whether the columns referred to the same table before, whatever the constraint was called."""
    target = references(attributes)
    return key in old.objects or any(
        was["columns"] == attributes["columns"] and other == target
        for _, was, other in foreign_keys(old, (key.schema, key.parent))
    )


def _is_new_table(old: Snapshot, key: ObjectKey) -> bool:
    return ObjectKey("table", key.schema, "", key.parent) not in old.objects


def _has_index(snapshot: Snapshot, key: ObjectKey, attributes: Attributes) -> bool:
    wanted = set(attributes["columns"])
    for kind in ("index", "constraint"):
        for other, found in snapshot.children(kind, key.schema, key.parent).items():
            if kind == "constraint" and found.get("type") not in ("p", "u", "x"):
                continue
            columns = list(found.get("columns") or [])
            if other != key and not found.get("predicate") and set(columns[: len(wanted)]) == wanted:
                return True
    return False
