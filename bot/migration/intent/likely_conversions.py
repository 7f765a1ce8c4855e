"""Columns that go while one comes whose name speaks of the same: `is_active` and `status`, `tags` and `tag.label`.

Pure. In: the change as drops and adds. Out: each such pair, with the question whether the new one is made of the old.
It is of another type (the others are left to likely renames), or the one column of a new table that can hold values
of the old one's type.
"""

import re
from collections.abc import Iterable

from bot.decisions import decision
from bot.migration.intent.answers import Answers
from bot.migration.intent.likely_moves import Move, are_related, copy_of
from bot.migration.intent.likely_renames import compatible, is_filled
from bot.migration.planner.casts import convert
from bot.model import Decision, ObjectKey
from bot.schema.compare import compare, keyed
from bot.schema.objects import references
from bot.schema.snapshots import Snapshot
from bot.sqltext import quote
from bot.sqltext.names import dotted

# Words that say how something is kept, and not what it is.
_FORMS = {
    *("id", "ids", "uuid", "key", "ref", "code", "no", "nr", "number", "num", "int", "text", "str", "string", "json"),
    *("jsonb", "data", "raw", "list", "array", "set", "enum", "type", "kind", "flag", "is", "has", "was", "date"),
    *("time", "datetime", "timestamp", "ts", "utc", "year", "cents", "pct", "percent", "count", "value", "new", "old"),
    *("name", "names", "level", "state", "status", "v1", "v2", "tmp", "legacy", "bool", "float", "decimal", "amount"),
}
_RELATIONS = {"at", "on", "by", "to", "from", "in", "of", "for", "until", "since", "before", "after"}
_STATES = {"status", "state", "stage", "phase", "lifecycle"}
_SAME_STEM = 5  # letters with which two forms of one word begin

# What says nothing of values; ALTER TABLE does with a new name or a conversion.
_ABOUT_SCHEMA = re.compile(
    r"\s*(drop|comment|create\s+(table|(unique\s+)?index|type|sequence)|alter(?!.*\b(using|rename)\b))\b",
    re.IGNORECASE | re.DOTALL,
)


def found(before: Snapshot, after: Snapshot, answers: Answers) -> list[Move]:
    """One pair at most for each new column, in the order of names."""
    differences = keyed(compare(before, after))
    gone = sorted(key for key, d in differences.items() if key.kind == "column" and d.action == "removed")
    new = sorted(key for key, d in differences.items() if key.kind == "column" and d.action == "added")
    pairs: dict[ObjectKey, ObjectKey] = {}
    for fresh in new:
        if is_filled(fresh, answers) or after.objects[fresh].get("generated"):
            continue
        for old in gone:
            if old not in answers.kept and _may_become(before, after, old, fresh):
                pairs.setdefault(fresh, old)
    return [
        Move(old, fresh, (_question if old.parent == fresh.parent else copy_of)(before, after, old, fresh))
        for fresh, old in pairs.items()
    ]


def _may_become(before: Snapshot, after: Snapshot, old: ObjectKey, fresh: ObjectKey) -> bool:
    was, now = before.objects[old], after.objects[fresh]
    if was.get("generated"):
        return False
    if (old.schema, old.parent) != (fresh.schema, fresh.parent):
        return _may_move(before, after, old, fresh)
    if compatible(was, now):
        return False
    states = was["type"] == "boolean" and _words(fresh.name)[-1] in _STATES
    return states or akin(old.name, fresh.name)


def _may_move(before: Snapshot, after: Snapshot, old: ObjectKey, fresh: ObjectKey) -> bool:
    """Whether the new column's table is new, named after the old column, and has no other place for its values."""
    table = ObjectKey("table", fresh.schema, "", fresh.parent)
    if table in before.objects or old.name == fresh.name or not are_related(before, after, old, fresh):
        return False
    own = "_".join(word for word in _words(fresh.parent) if word not in _words(old.parent))
    places = [
        key
        for key, attributes in after.children("column", fresh.schema, fresh.parent).items()
        if compatible(before.objects[old], attributes) and not _is_part_of_key(after, key)
    ]
    return places == [fresh] and akin(old.name, own)


def akin(one: str, other: str) -> bool:
    """Whether two names speak of the same thing in different forms: `birth_year` and `birth_date`."""
    a, b = _words(one), _words(other)
    relations = [_RELATIONS & {*words} for words in (a, b)]
    if all(relations) and relations[0] != relations[1]:
        return False
    left, right = ([word for word in words if word not in _FORMS | _RELATIONS] for words in (a, b))
    few, many = sorted((left, right), key=len)
    return bool(few) and all(any(_one_stem(word, another) for another in many) for word in few)


def _words(name: str) -> list[str]:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")


def _one_stem(word: str, other: str) -> bool:
    """The same word, its plural, or another form of it: `deleted` and `deletion`."""
    if word.rstrip("s") == other.rstrip("s"):
        return True
    return min(len(word), len(other)) >= _SAME_STEM and word[:_SAME_STEM] == other[:_SAME_STEM]


def _question(before: Snapshot, after: Snapshot, old: ObjectKey, fresh: ObjectKey) -> Decision:
    was, now = (quote.short(attributes["type"]) for attributes in (before.objects[old], after.objects[fresh]))
    conversion = convert(quote.name(old.name), was, now)
    unknown = conversion.needs_answer or _refers(after, fresh) or not akin(old.name, fresh.name)
    value = "SQL" if unknown else conversion.using or quote.name(old.name)
    question = (
        f"`{old.name}` of `{dotted(old.schema, old.parent)}` goes and `{fresh.name}` comes:"
        f" is `{fresh.name}` made of it? Otherwise its values are lost."
    )
    return decision("fill", dotted(fresh.schema, fresh.parent, fresh.name), question, "open", value)


def _refers(after: Snapshot, fresh: ObjectKey) -> bool:
    """Whether the new column's values are those of another table's key."""
    constraints = after.children("constraint", fresh.schema, fresh.parent).values()
    return any(references(c) is not None and fresh.name in c["columns"] for c in constraints)


def _is_part_of_key(after: Snapshot, key: ObjectKey) -> bool:
    constraints = after.children("constraint", key.schema, key.parent).values()
    return any(c.get("type") in ("p", "f") and key.name in c["columns"] for c in constraints)


def is_thought_of(pair: Move, statements: Iterable[str]) -> bool:
    """Whether one of the statements speaks of the values: the old column's, or those of the new one."""
    names = re.compile("|".join(rf"(?<!\w){re.escape(key.name)}(?!\w)" for key in (pair.old, pair.fresh)))
    return any(names.search(sql) and not _ABOUT_SCHEMA.match(sql) for sql in statements)
