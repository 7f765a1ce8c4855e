"""Detects a self-deadlock of the project's code: one of its connections waits for a lock that another one holds.

The server knows who waits for whom. A session that is idle in a transaction holds its locks until its client goes on,
and the client is the process that waits. In: the address of the task's database. Out: what waits, and what holds.
"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import psycopg2

from bot.database.addresses import Address
from bot.errors import ToolError

_SOON = "-c statement_timeout=5s"
FIRST = 3.0  # seconds until the first look, and between two
_WAITING = """
SELECT w.pid, b.pid, pg_catalog.left(w.query, 200), pg_catalog.left(b.query, 200)
FROM pg_catalog.pg_stat_activity w
CROSS JOIN LATERAL pg_catalog.unnest(pg_catalog.pg_blocking_pids(w.pid)) AS blocking (pid)
JOIN pg_catalog.pg_stat_activity b ON b.pid OPERATOR(pg_catalog.=) blocking.pid
WHERE w.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
  AND pg_catalog.starts_with(b.state, 'idle in transaction')
ORDER BY w.pid, b.pid LIMIT 1
"""
Found = tuple[int, int, str, str]


class WaitsForItselfError(Exception):
    """Nothing will ever end this wait. `waiting` and `holding` are statements."""

    def __init__(self, waiting: str, holding: str) -> None:
        super().__init__(waiting, holding)
        self.waiting, self.holding = waiting, holding


class Watch:
    """Looks now and then; raises `WaitsForItselfError` when two looks find the same."""

    def __init__(self, look: Callable[[], Found | None]) -> None:
        self._look = look
        self._last: Found | None = None
        self._next = time.monotonic() + FIRST

    def __call__(self) -> None:
        """To be called often while somebody waits."""
        if time.monotonic() < self._next:
            return
        found = self._look()
        if found is not None and found == self._last:
            raise WaitsForItselfError(found[2], found[3])
        self._last, self._next = found, time.monotonic() + FIRST


def watch(address: Address) -> Watch:
    """A watch over the sessions of a database, with no more rights than the project has.

    The run waits for it: nothing that the project has made or set there is gone by, and it has an end.
    """
    trusted = replace(address, trusted=True)

    def look() -> Found | None:
        try:
            with closing(trusted.connect(options=_SOON)) as connection, connection.cursor() as cursor:
                cursor.execute(_WAITING)
                row: Found | None = cursor.fetchone()
                return row
        except (psycopg2.Error, ToolError):
            return None  # whoever uses the server reports what is wrong with it

    return Watch(look)
