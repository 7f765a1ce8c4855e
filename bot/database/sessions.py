"""Sessions of the administrator waiting for their next use: a new one reads every catalog and plans every query again.

In: how to connect to a database. Out: a session for the time of a context, used by one thread at a time.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case


class Sessions:
    """Idle sessions, by database."""

    def __init__(self, connect: Callable[[str], Connection]) -> None:
        self._connect = connect
        self._idle: dict[str, list[Connection]] = {}
        self._lock = threading.Lock()

    @contextmanager
    def lend(self, name: str) -> Iterator[Connection]:
        """A session in autocommit mode, with the settings that it began with."""
        connection = self._waiting(name) or self._connect(name)
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        if connection.closed or connection.info.transaction_status != TRANSACTION_STATUS_IDLE:
            connection.close()
            return
        with self._lock:
            self._idle.setdefault(name, []).append(connection)

    def close(self, name: str) -> None:
        """End the idle sessions of a database, which is to be copied or dropped."""
        with self._lock:
            ended = self._idle.pop(name, [])
        for connection in ended:
            connection.close()

    def close_all(self) -> None:
        """End all idle sessions."""
        for name in list(self._idle):
            self.close(name)

    def _waiting(self, name: str) -> Connection | None:
        """An idle session that the server still has."""
        while True:
            with self._lock:
                waiting = self._idle.get(name)
                if not waiting:
                    return None
                connection = waiting.pop()
            with suppress(psycopg2.Error):
                with connection.cursor() as cursor:
                    cursor.execute("RESET ALL")
                return connection
            connection.close()
