"""What there is to compare with where base's models cannot be built: its migrations, and head's models.

In: both sides, the catalogs of base's history and of head's models. Out: a database that base's history makes, and what
stands for base's models. Drift from before cannot be told from the change then, and counts as a part of it.
"""

from collections.abc import Collection

from bot.errors import ProjectError
from bot.migration.testbed.builder import Builder
from bot.migration.testbed.side import ProjectSide
from bot.schema.snapshots import Snapshot, without


def make(builder: Builder, label: str, base: ProjectSide, head: ProjectSide) -> str:
    """The history, by base's code or, where that does not run at all, by head's, which has the same revisions."""
    heads = base.loaded.heads
    try:
        return builder.upgrade(base.worker, label)
    except ProjectError:
        if len(heads) != 1 or heads[0] not in {revision.revision for revision in head.loaded.revisions}:
            raise
        return builder.upgrade(head.worker, label, heads[0])


def plain(name: str) -> str:
    """A name as that of a class and that of its table compare."""
    return name.replace("_", "").lower()


def declared(old: Snapshot, new: Snapshot, words: Collection[str], *, by_author: bool) -> Snapshot:
    """What stands for base's models: of what is there, the tables that head's models or the `words` of base's speak of,
    and what else head's have by the same name. The rest may have been made by hand.

    An author's migration has to make what is new; what is there otherwise than head's models say may be older than the
    change, and nobody is charged with it.
    """
    spoken_of = {plain(word) for word in words}
    others = [key for key in old.of("table") if key not in new.objects and plain(key.name) not in spoken_of]
    kept = without(old, [(key.schema, key.name) for key in others])
    of_tables = ("table", "column", "constraint", "index")
    objects = {key: value for key, value in kept.objects.items() if key in new.objects or key.kind in of_tables}
    if by_author:
        there = {(key.schema, key.name) for key in objects if key.kind == "table" and key not in new.objects}
        objects = {
            key: new.objects.get(key, value)
            for key, value in objects.items()
            if key in new.objects or {(key.schema, key.parent), (key.schema, key.name)} & there
        }
    depends = frozenset((one, other) for one, other in kept.depends if one in objects and other in objects)
    return Snapshot(objects, depends, old.server_major)
