"""How two snapshots differ, and what a change makes of a third one. Pure."""

from collections.abc import Mapping

from bot.outcome import Difference
from bot.schema.snapshots import Attributes, ObjectKey, Snapshot

# What says nothing about the schema: where a column stands depends on how it came there.
IGNORED = frozenset({"position"})


def compare(before: Snapshot, after: Snapshot) -> list[Difference]:
    """What has to change to make `after` of `before`, in a stable order.

    Added and removed objects come with all attributes, changed ones with those that differ.
    """
    keys = {key for key, value in before.objects.items() if after.objects.get(key) != value}
    keys |= after.objects.keys() - before.objects.keys()
    differences = [_difference(key, before.objects.get(key), after.objects.get(key)) for key in sorted(keys)]
    return [difference for difference in differences if difference is not None]


def _difference(key: ObjectKey, before: Attributes | None, after: Attributes | None) -> Difference | None:
    place = {"kind": key.kind, "schema": key.schema, "parent": key.parent, "name": key.name}
    if before is None:
        return Difference(**place, action="added", after=after)
    if after is None:
        return Difference(**place, action="removed", before=before)
    names = [
        name
        for name in sorted({*before, *after})
        if name not in IGNORED and before.get(name) != after.get(name)
    ]
    if not names:
        return None
    return Difference(
        **place,
        action="changed",
        before={name: before.get(name) for name in names},
        after={name: after.get(name) for name in names},
    )


def merge(base: Snapshot, ours: Snapshot, theirs: Snapshot) -> Snapshot:
    """`ours` with the change from `base` to `theirs` made to it.

    What is new in `theirs` is as `theirs` has it, even where `ours` has one of its own; of changed objects only
    the attributes that changed are taken.
    """
    objects: dict[ObjectKey, Attributes] = dict(ours.objects)
    for difference in compare(base, theirs):
        key = ObjectKey(difference.kind, difference.schema, difference.parent, difference.name)
        if difference.action == "removed":
            objects.pop(key, None)
        elif difference.action == "added" or key not in objects:
            objects[key] = theirs.objects[key]
        else:
            objects[key] = {**objects[key], **(difference.after or {})}
    _drop_orphans(objects, base, theirs)
    depends = frozenset(pair for pair in ours.depends | theirs.depends if pair[0] in objects)
    return Snapshot(objects, depends, theirs.server_major)


def _drop_orphans(objects: dict[ObjectKey, Attributes], base: Snapshot, theirs: Snapshot) -> None:
    """What only `ours` has below a table that goes, goes with it."""
    gone = {(key.schema, key.name) for key in base.of("table") if key not in theirs.objects}
    for key in [key for key in objects if key.parent and (key.schema, key.parent) in gone]:
        if ObjectKey("table", key.schema, "", key.parent) not in objects:
            del objects[key]


def as_pairs(differences: list[Difference]) -> Mapping[ObjectKey, Difference]:
    """Differences by the object they speak of."""
    return {ObjectKey(d.kind, d.schema, d.parent, d.name): d for d in differences}
