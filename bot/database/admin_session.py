"""The one session of the administrator's with which a run makes and drops its databases.

In: the administrator's address. Out: statements run one after the other, and errors of the server as `ToolError`.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Self, TypeVar

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case
from psycopg2.sql import Composable

from bot.database import deadlines
from bot.database.addresses import Address
from bot.database.pinned import LONG
from bot.errors import ToolError

Result = TypeVar("Result")

RETURN_TIMEOUT = 10.0  # seconds for a server that has crashed to be there again


class AdminSession:
    """A context manager. Whoever runs several statements that belong together holds `lock`."""

    def __init__(self, admin: Address) -> None:
        self.lock = threading.Lock()
        self._admin = admin
        self._connection = admin.connect(options=LONG)
        self._watch = deadlines.kept(admin, self.ask)

    def __enter__(self) -> Self:
        self._watch.__enter__()
        return self

    def __exit__(self, *_error: object) -> None:
        self._watch.__exit__(None, None, None)
        with suppress(psycopg2.Error):
            self._connection.close()

    def execute(self, command: Composable) -> None:
        """Run a statement; the caller holds the lock."""
        with self._connection.cursor() as cursor:
            self.guarded(lambda _connection: cursor.execute(command))

    def guarded(self, act: Callable[[Connection], Result]) -> Result:
        """Do something with the connection; the caller holds the lock."""
        try:
            return act(self._connection)
        except psycopg2.Error as error:
            raise ToolError(
                f"the database server refused: {self._admin.hide(str(error).strip())}",
                "Check that it is still running, has room, and that the role may create databases.",
                kind="server",
            ) from error

    def rows(self, query: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        """What the server answers."""
        with self.lock, self._connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    def ask(self, query: str, values: tuple[object, ...]) -> None:
        """If there still is a session; nobody waits for the answer."""
        with self.lock, suppress(psycopg2.Error), self._connection.cursor() as cursor:
            cursor.execute(query, values)

    def is_there(self) -> bool:
        """Whether there are new sessions, and ours as before: it ends with the project's when a server restarts."""
        try:
            self._admin.connect().close()
            self.rows("SELECT 1", ())
        except (ToolError, psycopg2.Error):
            return False
        return True

    def connect_again(self) -> None:
        """Where it was lost: a server that has crashed takes its time until it is there again."""
        deadline = time.monotonic() + RETURN_TIMEOUT
        while not self.is_there() and time.monotonic() < deadline:
            with suppress(ToolError):
                self._connection = self._admin.connect(options=LONG)
            time.sleep(0.01)
