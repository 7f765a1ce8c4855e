"""Columns whose values a drop would lose although they may have moved to a related table.

In: the change as drops and adds. Out: each such column, with the question about its values.
"""

from dataclasses import dataclass

from bot.decisions import decision
from bot.migration.intent.answers import Answers
from bot.migration.intent.likely_renames import compatible, is_filled
from bot.model import Decision, ObjectKey
from bot.schema.compare import compare, keyed
from bot.schema.objects import references
from bot.schema.snapshots import Snapshot
from bot.sqltext import quote
from bot.sqltext.names import dotted


@dataclass(frozen=True)
class Move:
    """A column that goes while one of its name comes in a related table; `asked` is the question about its values."""

    old: ObjectKey
    fresh: ObjectKey
    asked: Decision


def moved(before: Snapshot, after: Snapshot, answers: Answers) -> list[Move]:
    """Columns whose values would be lost although a column of that name comes in a related table."""
    differences = keyed(compare(before, after))
    gone = [key for key, d in differences.items() if key.kind == "column" and d.action == "removed"]
    new = [key for key, d in differences.items() if key.kind == "column" and d.action == "added"]
    found = []
    for fresh in sorted(new):
        for old in sorted(gone):
            same = old.name == fresh.name and old.parent != fresh.parent
            if not same or is_filled(fresh, answers):
                continue
            if not compatible(before.objects[old], after.objects[fresh]) or _is_key(before, old):
                continue
            if old.name == "id" or not are_related(before, after, old, fresh):
                continue
            found.append(Move(old, fresh, copy_of(before, after, old, fresh)))
    return found


def _is_key(snapshot: Snapshot, key: ObjectKey) -> bool:
    constraints = snapshot.children("constraint", key.schema, key.parent).values()
    return any(c.get("type") == "p" and c["columns"] == [key.name] for c in constraints)


def are_related(before: Snapshot, after: Snapshot, old: ObjectKey, fresh: ObjectKey) -> bool:
    """Whether one of the two tables refers to the other."""
    return bool(_link(before, old, fresh) or _link(before, fresh, old) or _link(after, fresh, old))


def _link(snapshot: Snapshot, child: ObjectKey, parent: ObjectKey) -> tuple[str, str] | None:
    for attributes in snapshot.children("constraint", child.schema, child.parent).values():
        target = references(attributes)
        if attributes.get("type") == "f" and target == (parent.schema, parent.parent):
            return attributes["columns"][0], attributes["references_columns"][0]
    return None


def copy_of(before: Snapshot, after: Snapshot, old: ObjectKey, fresh: ObjectKey) -> Decision:
    """The question, with the SQL that finds the values by the reference between the two tables."""
    source, target = dotted(old.schema, old.parent, old.name), dotted(fresh.schema, fresh.parent, fresh.name)
    here, there = quote.qualified(fresh.schema, fresh.parent), quote.qualified(old.schema, old.parent)
    taken = quote.name(old.name)
    link = _link(before, old, fresh)
    if link:
        value = f"(SELECT {taken} FROM {there} WHERE {there}.{quote.name(link[0])} = {here}.{quote.name(link[1])})"
    else:
        link = _link(after, fresh, old) or ("?", "id")
        others = f"{quote.name(link[1])}, " if link[0] != fresh.name else ""
        value = f"SELECT {others}{taken} FROM {there} WHERE {taken} IS NOT NULL"
    question = f"`{source}` goes and `{target}` comes: are its values to be copied?"
    return decision("fill", target, question, "open", value)
