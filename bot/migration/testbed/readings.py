"""Catalogs of databases, each read once: as soon as it is complete, while others are still being built."""

from concurrent.futures import Future

from bot.database.databases import Databases
from bot.schema.snapshots import Snapshot, take
from bot.schema.watched import watch
from bot.system.timing import Threads

Catalog = tuple[Snapshot, Snapshot]  # what migrations change, and the watched objects


class Readings:
    """What was read, by the names of databases; `pool` does it."""

    def __init__(self, databases: Databases, pool: Threads) -> None:
        self._databases, self._pool = databases, pool
        self._begun: dict[str, Future[Catalog]] = {}

    def begin(self, name: str) -> None:
        """This database is complete."""
        self._begun[name] = self._pool.submit(self._read, name)

    def of(self, *names: str) -> list[Catalog]:
        """The catalogs of these databases, with all that is in them."""
        for name in dict.fromkeys(names):
            if name not in self._begun:
                self.begin(name)
        return [self._begun[name].result() for name in names]

    def _read(self, name: str) -> Catalog:
        with self._databases.session(name) as connection:
            return take(connection), watch(connection)
