"""How two snapshots differ, and what a change makes of a third one. Pure."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from bot.model import Difference, ObjectKey
from bot.schema.snapshots import RELATIONS, Attributes, Snapshot, ordered
from bot.schema.values import with_change, without_name

# What says nothing about the schema: where a column stands depends on how it came there.
IGNORED = frozenset({"position"})

# What goes with the column or table that it is of, without anybody asking for it.
_FOLLOWERS = frozenset({"constraint", "index", "statistics"})
# What others stand on without belonging to it.
_GROUND = frozenset({"schema", "enum", "domain", "composite", "range", "collation", "sequence", "function"})
# Attributes whose change can make an object stand on others than before.
_GROUNDED = frozenset({"definition", "type_name", "type_schema", "default", "generated", "base"})

Objects = dict[ObjectKey, Attributes]


def compare(before: Snapshot, after: Snapshot) -> list[Difference]:
    """The differences that lead from `before` to `after`: by kind and name, columns in the order of their table.

    Added and removed objects come with all attributes, changed ones with those that differ.
    """
    keys = {key for key, value in before.objects.items() if after.objects.get(key) != value}
    keys |= after.objects.keys() - before.objects.keys()
    order = ordered({key: after.objects.get(key) or before.objects[key] for key in keys})
    found = (between(key, before.objects.get(key), after.objects.get(key)) for key in order)
    return [difference for difference in found if difference is not None]


def between(key: ObjectKey, before: Attributes | None, after: Attributes | None) -> Difference | None:
    """What has to change to make one object of the other; None if nothing has."""
    kind, schema, parent, name = key
    if before is None or after is None:
        return Difference(
            kind=kind,
            schema=schema,
            parent=parent,
            name=name,
            action="added" if before is None else "removed",
            before=before,
            after=after,
        )
    changed = [
        word for word in sorted({*before, *after}) if word not in IGNORED and before.get(word) != after.get(word)
    ]
    if not changed:
        return None
    return Difference(
        kind=kind,
        schema=schema,
        parent=parent,
        name=name,
        action="changed",
        before={word: before.get(word) for word in changed},
        after={word: after.get(word) for word in changed},
    )


def merge(base: Snapshot, ours: Snapshot, theirs: Snapshot) -> Snapshot:
    """`ours` with the change from `base` to `theirs` made to it: a state in which a database can be.

    New objects are as `theirs` has them; of changed ones only what changed is taken. What goes takes along
    what the server would drop with it, but stays where something that only `ours` has stands on it. What
    comes brings what it stands on.
    """
    objects: Objects = dict(ours.objects)
    taken: list[ObjectKey] = []
    for difference in compare(base, theirs):
        key = ObjectKey(difference.kind, difference.schema, difference.parent, difference.name)
        mine = key if key in objects else _namesake(key, base, ours)
        if difference.action == "removed":
            objects.pop(mine or key, None)
        elif difference.action == "changed" and mine is not None and mine in objects:
            changed = with_change(base.objects[key], objects.pop(mine), theirs.objects[key])
            differs = (difference.after or {}).keys()
            # What is recreated has their name; what is altered keeps ours.
            objects[key if "definition" in differs else mine] = changed
            taken += [key] if differs & _GROUNDED else []
        else:
            objects[key] = theirs.objects[key]
            taken.append(key)
        if difference.action == "changed" and key in ours.objects and (also := _type_in_use(key, base, ours)):
            objects[also] = with_change(base.objects[key], objects[also], theirs.objects[key])
    _follow(objects, base, ours, theirs)
    _keep_ground(objects, base, ours)
    _bring(objects, taken, theirs, lambda key: _namesake(key, base, ours) in objects)
    depends = frozenset(pair for pair in ours.depends | theirs.depends if pair[0] in objects and pair[1] in objects)
    return Snapshot(ordered(objects), depends, theirs.server_major)


def _namesake(key: ObjectKey, base: Snapshot, ours: Snapshot) -> ObjectKey | None:
    """The same constraint, index or type under the other name that it has in `ours`."""
    if key.kind not in ("constraint", "index") or key not in base.objects:
        return _type_in_use(key, base, ours)
    wanted = without_name(base.objects[key])
    for other, attributes in ours.children(key.kind, key.schema, key.parent).items():
        if other not in base.objects and without_name(attributes) == wanted:
            return other
    return None


def _type_in_use(key: ObjectKey, base: Snapshot, ours: Snapshot) -> ObjectKey | None:
    """The enum or domain of the same columns in `ours`: migrations may have named it otherwise than the models do."""
    if key.kind not in ("enum", "domain"):
        return None
    found = {
        ObjectKey(key.kind, mine["type_schema"], "", mine["type_name"])
        for column, attributes in base.objects.items()
        if column.kind == "column" and _is_of(attributes, key)
        for mine in [ours.objects.get(column, {})]
        if mine.get("type_kind") == key.kind
    }
    others = [other for other in found if other in ours.objects and other not in base.objects]
    return others[0] if len(others) == 1 else None


def _is_of(column: Attributes, key: ObjectKey) -> bool:
    return (column.get("type_kind"), column.get("type_schema"), column.get("type_name")) == (
        key.kind,
        key.schema,
        key.name,
    )


def _follow(objects: Objects, base: Snapshot, ours: Snapshot, theirs: Snapshot) -> None:
    """Drop what only `ours` has on a table or a column that goes."""
    gone = {key for key in base.objects if key not in theirs.objects and key not in objects}
    relations = {(key.schema, key.name) for key in gone if key.kind in RELATIONS}
    for key in [key for key in objects if key.parent and (key.schema, key.parent) in relations]:
        if key not in theirs.objects:
            del objects[key]
    for key, ground in ours.depends:
        if ground not in gone or key in theirs.objects:
            continue
        owned = key.kind == "sequence" and ours.objects[key].get("owned_by")
        if ground.kind in ("column", "table", "constraint") and (key.kind in _FOLLOWERS or owned):
            objects.pop(key, None)


def _keep_ground(objects: Objects, base: Snapshot, ours: Snapshot) -> None:
    """Keep types, schemas and such that the change removes, where what only `ours` has still needs them."""
    own = {key for key in objects if key in ours.objects and key not in base.objects}
    for key, ground in ours.depends:
        if key in own and ground.kind in _GROUND:
            objects.setdefault(ground, ours.objects[ground])


def _bring(objects: Objects, taken: list[ObjectKey], theirs: Snapshot, is_there: Callable[[ObjectKey], bool]) -> None:
    """Add what new objects stand on, where `ours` lacks it: their tables as a whole, types, functions.

    `is_there` says so of what has another name: the key of a table that was renamed, on which a new reference stands.
    """
    needs: dict[ObjectKey, set[ObjectKey]] = defaultdict(set)
    for dependent, ground in theirs.depends:
        needs[dependent].add(ground)
    below: dict[tuple[str, str], list[ObjectKey]] = defaultdict(list)
    for key, attributes in theirs.objects.items():
        owner = attributes.get("owned_by") or (key.schema, key.parent)
        below[owner[0], owner[1]].append(key)
    queue = list(taken)
    while queue:
        key = queue.pop()
        parents = [ObjectKey(kind, key.schema, "", key.parent) for kind in sorted(RELATIONS) if key.parent]
        for ground in (*needs[key], *parents):
            if ground in objects or ground not in theirs.objects or is_there(ground):
                continue
            whole = [ground, *(below[ground.schema, ground.name] if ground.kind in RELATIONS else ())]
            new = [one for one in whole if one not in objects]
            objects.update({one: theirs.objects[one] for one in new})
            queue += new


def keyed(differences: list[Difference]) -> dict[ObjectKey, Difference]:
    """Differences by the object they speak of."""
    return {ObjectKey(d.kind, d.schema, d.parent, d.name): d for d in differences}


def attribute(difference: Difference, name: str) -> tuple[Any, Any] | None:
    """An attribute's value before and after, or None when it did not change."""
    before, after = difference.before or {}, difference.after or {}
    if name not in before and name not in after:
        return None
    return before.get(name), after.get(name)
