"""Ends the bot's own sessions that go on beyond their time.

A time-out cancels a statement, and code of the project's that runs in it (a function of an index expression, a trigger)
may catch that and go on for ever; nothing catches the end of its session. In: a server's address, and a way to ask it
as the administrator. Out: a watch for the time of a context. Most runs are over before it looks for the first time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.database.addresses import Address, open_sessions
from bot.system.repeating import repeating

NAME = "sessions beyond their time"  # of the thread
_LOOK = 20.0  # seconds
_BEYOND = 360.0  # seconds: what a time-out ends has ended by then
_END = """
SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
WHERE pid OPERATOR(pg_catalog.=) ANY (%s::pg_catalog.int4[]) AND state OPERATOR(pg_catalog.=) 'active'
  AND query_start OPERATOR(pg_catalog.<) (pg_catalog.clock_timestamp()
      OPERATOR(pg_catalog.-) pg_catalog.make_interval(secs => %s))
"""


@contextmanager
def kept(address: Address, ask: Callable[[str, tuple[object, ...]], None]) -> Iterator[None]:
    """Sessions of this process's on that server are watched, those of `pinned.LONG` aside."""
    with repeating(lambda: ask(_END, (open_sessions(address), _BEYOND)), _LOOK, NAME):
        yield
