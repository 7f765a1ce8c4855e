"""Old code on the new schema, new code on the old one: what happens between the two halves of a deployment.

In: a testbed, base's worker, the catalog after the upgrade. Out: what each side's code can still do, or None where it
could not be tried. Works on copies of its own; only the tables that the change touches, and their neighbours.
"""

import msgspec

from bot.database.addresses import Address
from bot.errors import ProjectError
from bot.migration.compatibility import verdicts
from bot.migration.compatibility.touched import catalog_of, neighbours, touched
from bot.migration.proof import seeding
from bot.migration.testbed.testbed import Testbed
from bot.model import Compatibility
from bot.project.client.client import Used, Worker
from bot.schema.compare import compare
from bot.schema.objects import Table
from bot.schema.snapshots import Snapshot
from bot.system.timing import Threads, span

MOST_TABLES = 60  # that are tried


@span("compatibility")
def check(testbed: Testbed, base: Worker, migrated: Snapshot) -> Compatibility | None:
    """Try both; `base` is the worker of the old code."""
    changed = touched(compare(testbed.old, migrated), testbed.old, migrated)
    if not changed:
        return Compatibility(order="either")
    near = sorted(changed) + sorted(neighbours(changed, testbed.old, migrated) - changed)
    tables = near[:MOST_TABLES]
    try:
        with testbed.copy("old_schema") as old_name:
            _fill(testbed, old_name, tables)
            with testbed.copy("new_schema", template=old_name) as new_name:
                testbed.worker.upgrade(testbed.address(new_name), "heads")
                tried = _tried(testbed, base, old_name, new_name, tables)
    except ProjectError:
        return None  # rows stop the upgrade, or the code cannot be run: the proof has said why
    if changed.issubset(tables) or tried.order == "two releases":
        return tried
    return msgspec.structs.replace(tried, order=None)  # a table that was not tried may break


def _fill(testbed: Testbed, name: str, tables: list[Table]) -> None:
    """Ordinary rows in these tables and those that they refer to."""
    with testbed.project_session(name) as connection:
        seeding.seed(connection, catalog_of(tables, testbed.old), seeding.SeedRequest(style="mild"))


def _tried(testbed: Testbed, base: Worker, old_name: str, new_name: str, tables: list[Table]) -> Compatibility:
    old, new = testbed.address(old_name), testbed.address(new_name)

    def both(worker: Worker, home: Address, away: Address) -> tuple[list[Used], list[Used]]:
        return worker.use(home, tables, home=True), worker.use(away, tables)

    with Threads(2) as pool:
        old_code = pool.submit(both, base, old, new)
        new_home, new_away = both(testbed.worker, new, old)
        old_home, old_away = old_code.result()
    testbed.worker.use(new, tables, stay=True)
    mixed = base.use(new, tables, read=True)
    old_uses = verdicts.uses(old_home, old_away, mixed)
    new_uses = verdicts.uses(new_home, new_away)
    broken = verdicts.broken(old_home, new_home)
    return Compatibility(verdicts.order(old_uses, new_uses), old_code=old_uses, new_code=new_uses, broken=broken)
