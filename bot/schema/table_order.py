"""The order in which tables can be created: what a table refers to, inherits from or is a partition of comes first."""

from bot.model import ObjectKey
from bot.schema.objects import Table, foreign_keys, parents
from bot.schema.snapshots import Snapshot


def creation_order(snapshot: Snapshot, tables: list[Table]) -> list[Table]:
    """Tables so that what they refer to, inherit from or are a partition of comes first; cycles are cut."""
    wanted, done, order = set(tables), set[Table](), list[Table]()

    def visit(table: Table, path: frozenset[Table]) -> None:
        if table in done or table in path:
            return
        for parent in sorted(_parents(snapshot, table) & wanted):
            visit(parent, path | {table})
        if table not in done:
            done.add(table)
            order.append(table)

    for table in sorted(tables):
        visit(table, frozenset())
    return order


def _parents(snapshot: Snapshot, table: Table) -> set[Table]:
    referred = {target for _, _, target in foreign_keys(snapshot, table)}
    attributes = snapshot.objects[ObjectKey("table", table[0], "", table[1])]
    return {*referred, *parents(attributes)} - {table}


def postponed(snapshot: Snapshot, order: list[Table], table: Table) -> set[str]:
    """Foreign keys of a new table that point to one created later: they are added at the end."""
    place = {other: position for position, other in enumerate(order)}
    return {key.name for key, _, target in foreign_keys(snapshot, table) if place.get(target, -1) > place[table]}
