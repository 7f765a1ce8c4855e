"""The catalogs of the three databases, less what nobody manages here, and with what may stay. Pure.

In: catalogs as they were read. Out: those that a testbed compares.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from bot.migration.testbed.readings import Catalog
from bot.migration.testbed.testbed import Relations
from bot.model import ObjectKey
from bot.schema.snapshots import Snapshot, without
from bot.schema.watched import of_relations_but


@dataclass(frozen=True)
class Catalogs:
    """What is in the old database, base's models' and head's; all as the fields of a testbed."""

    ignore: Relations
    unneeded: frozenset[ObjectKey]
    old: Snapshot
    models: Snapshot
    new: Snapshot
    watched_old: Snapshot
    watched_models: Snapshot
    watched_new: Snapshot


def catalogs(read: Sequence[Catalog], ignored: Set[tuple[str, str]]) -> Catalogs:
    """Those of the old database, of base's models and of head's; head's has extensions that its models need no longer,
    as nobody can tell whether others do."""
    ignore = frozenset(ignored) | _unknown_partitions(*(without(declared, ignored) for declared, _ in read))
    old, models, new = (without(declared, ignore) for declared, _ in read)
    unneeded = {key: value for key, value in models.of("extension").items() if key not in new.objects}
    new = Snapshot({**new.objects, **unneeded}, new.depends, new.server_major) if unneeded else new
    watched = (of_relations_but(watched, ignore) for _, watched in read)
    return Catalogs(ignore, frozenset(unneeded), old, models, new, *watched)


def _unknown_partitions(old: Snapshot, models: Snapshot, new: Snapshot) -> Relations:
    """Partitions that only migrations make: they follow their table, and no model speaks of them."""
    return frozenset(
        (key.schema, key.name)
        for key, attributes in old.of("table").items()
        if attributes.get("partition_of") and key not in models.objects and key not in new.objects
    )
