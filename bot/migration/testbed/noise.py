"""Autogenerate noise: what it proposes at base already, although base's models and database agree.

It is asked only when head's autogenerate has proposed something, and about those tables alone: reflecting a schema
takes longer than anything else where there are many tables.
"""

from collections.abc import Iterable

from bot.database.addresses import Address
from bot.errors import ProjectError
from bot.project.client.client import Worker


def at_base(
    worker: Worker | None, address: Address, tables: Iterable[tuple[str, str]] | None = None
) -> frozenset[str] | None:
    """The operations that base's worker proposes for a database; None when it cannot run, as it cannot at head then."""
    try:
        return frozenset(worker.autogenerate(address, tables)) if worker else frozenset()
    except ProjectError:
        return None
