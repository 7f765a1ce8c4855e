"""What a migration does to objects that models do not declare.

Autogenerate compares tables, columns, indexes and constraints; anything else (triggers, functions, views, sequences,
policies, and whatever `env.py` leaves out) is made by hand, and a migration that makes it is not wrong. In:
snapshots. Out: which differences count, and what was made or dropped by hand. Pure.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import msgspec

from bot.model import Difference, ObjectKey
from bot.schema.compare import attribute, compare
from bot.schema.snapshots import Snapshot, ordered
from bot.schema.values import without_name

_COMPARED = frozenset({"table", "column", "index", "constraint"})
# What SQLAlchemy has no words for.
_BY_HAND = frozenset(
    {
        *("row_security", "force_row_security", "replica_identity", "replica_identity_index", "clustered_on"),
        *("storage", "compression", "statistics", "privileges", "owner", "enabled"),
    }
)


@dataclass(frozen=True)
class Declarations:
    """What both sides' models declare, what was there before, and which objects `env.py` leaves out."""

    old: Snapshot
    models: Snapshot
    new: Snapshot
    target: Snapshot
    left_out: Collection[ObjectKey] = ()

    def knows(self, key: ObjectKey) -> bool:
        """Whether the models of either side declare it."""
        return key in self.models.objects or key in self.new.objects

    def leaves_out(self, key: ObjectKey) -> bool:
        """Whether autogenerate does not look at it."""
        table = ObjectKey("table", key.schema, "", key.parent)
        asked = any(self.models.of("table")) or any(self.new.of("table"))  # never where target_metadata is None
        return not asked or key.kind not in _COMPARED or key in self.left_out or table in self.left_out


def charged(difference: Difference, said: Declarations) -> Difference | None:
    """What of a difference between the migrated database and the target an author's migration has to answer for."""
    key = difference.key
    if not said.knows(key) and (said.leaves_out(key) or difference.action == "changed"):
        return None  # no model says how it has to be
    if difference.action != "changed" or difference.before is None or difference.after is None:
        return difference
    if is_left_default(difference, said):
        return None
    before = said.old.objects.get(key, said.target.objects.get(key, {}))
    after = difference.after.items()
    wanted = {name: value for name, value in after if name not in _BY_HAND or value != before.get(name)}
    if not wanted:
        return None
    found = {name: difference.before.get(name) for name in wanted}
    return msgspec.structs.replace(difference, before=found, after=wanted)


def is_left_default(difference: Difference, said: Declarations) -> bool:
    """A default that the migration gave a column to fill it with, and that the models do not have."""
    if difference.kind != "column" or difference.action != "changed" or set(difference.before or {}) != {"default"}:
        return False
    left, wanted = attribute(difference, "default") or (None, None)
    before = said.old.objects.get(difference.key, {}).get("default")
    return bool(left) and wanted is None and before is None and "nextval(" not in str(left)


def left_defaults(migrated: Snapshot, said: Declarations) -> list[Difference]:
    """Defaults that stay in the database although no model has them."""
    return [difference for difference in compare(migrated, said.target) if is_left_default(difference, said)]


def by_hand(migrated: Snapshot, said: Declarations) -> list[Difference]:
    """What the migration made, changed or dropped, or set on a declared object, although no model speaks of it; less
    what goes with its table."""
    differences = [d for d in compare(said.old, migrated) if not said.knows(d.key)]
    tables = {(d.schema, d.name) for d in differences if d.kind == "table"}
    own = [d for d in differences if (d.schema, d.parent) not in tables]
    told = {
        "removed": lambda key: key in said.target.objects,
        "changed": lambda key: key in said.target.objects or said.leaves_out(key),
        "added": said.leaves_out,
    }
    found = [difference for difference in own if told[difference.action](difference.key)]
    return [*found, *_set_by_hand(migrated, said), *_named_otherwise(migrated, said)]


def _named_otherwise(migrated: Snapshot, said: Declarations) -> Iterator[Difference]:
    for made, wanted in other_names(migrated, said.target, said.old).items():
        names = {"name": wanted.name}, {"name": made.name}
        yield Difference(made.kind, made.schema, made.parent, made.name, "changed", *names)


def other_names(migrated: Snapshot, target: Snapshot, old: Snapshot) -> dict[ObjectKey, ObjectKey]:
    """New constraints that are what the models declare but for their names, with the names that those give them."""
    differences = [d for d in compare(migrated, target) if d.kind == "constraint"]
    missing = [d.key for d in differences if d.action == "added" and d.key not in old.objects]
    found: dict[ObjectKey, ObjectKey] = {}
    for made in (d.key for d in differences if d.action == "removed" and d.key not in old.objects):
        for wanted in missing:
            alike = without_name(migrated.objects[made]) == without_name(target.objects[wanted])
            if alike and (made.schema, made.parent) == (wanted.schema, wanted.parent) and wanted not in found.values():
                found[made] = wanted
                break
    return found


def _set_by_hand(migrated: Snapshot, said: Declarations) -> Iterator[Difference]:
    """What models have no words for, on objects that they declare, and did not change: row security, storage …"""
    for difference in compare(said.old, migrated):
        if difference.action != "changed" or not said.knows(difference.key):
            continue
        before, after = difference.before or {}, difference.after or {}
        wanted = said.target.objects.get(difference.key, {})
        names = {name for name in _BY_HAND & after.keys() if wanted.get(name) == before.get(name)}
        if names:
            sides = ({name: side.get(name) for name in names} for side in (before, after))
            yield msgspec.structs.replace(difference, before=next(sides), after=next(sides))


def with_own(target: Snapshot, migrated: Snapshot, old: Snapshot, new: Snapshot) -> Snapshot:
    """The target with what the author's migration does besides: nothing that is written on top of it may undo that.

    What it makes and what it drops by hand stays as it is; where it mends older drift, `new` is what it leads to.
    """
    dropped = {key for key in old.objects if key not in migrated.objects and key not in new.objects}
    named = set(other_names(migrated, target, old).values())
    objects = {key: attributes for key, attributes in target.objects.items() if key not in dropped | named}
    for key, attributes in migrated.objects.items():
        if key not in objects and key in old.objects:
            continue  # it has to go yet
        declared = new.objects.get(key, {})
        if not declared:
            objects[key] = attributes  # what no model declares is as the author leaves it
            continue
        wanted = objects.get(key) or declared
        before = old.objects.get(key, wanted)
        kept = {
            name
            for name, value in attributes.items()
            if (name in declared and value == declared[name])
            or (name in _BY_HAND and wanted.get(name) == before.get(name))
        }
        objects[key] = {**wanted, **{name: attributes[name] for name in kept}}
    depends = frozenset(pair for pair in target.depends | migrated.depends if pair[0] in objects and pair[1] in objects)
    return replace(target, objects=ordered(objects), depends=depends)


def with_undeclared(new: Snapshot, old: Snapshot, models: Snapshot) -> Snapshot:
    """What the models declare, with all that was there and that neither side's models ever spoke of.

    To mend drift is to make the declared tables as they are declared. Whole tables, views or functions that no model
    speaks of belong to somebody, with whatever lies on them.
    """
    objects = dict(new.objects)
    declared = {(key.schema, key.name) for key in new.of("table")}
    for key, attributes in old.objects.items():
        if key in models.objects or key in objects:
            continue
        if key.kind not in ("column", "index", "constraint") or (key.schema, key.parent) not in declared:
            objects[key] = attributes
    depends = frozenset(pair for pair in new.depends | old.depends if pair[0] in objects and pair[1] in objects)
    return replace(new, objects=ordered(objects), depends=depends)
