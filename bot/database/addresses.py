"""The address of a database, with the role to connect as.

In: host (a socket's folder or a name), port, user, password, database. Out: psycopg2 connections.
The password is never shown: not in `repr`, not in error messages.
"""

import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakSet

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.database import pinned
from bot.errors import ToolError

CONNECT_TIMEOUT = 10  # seconds

_sessions: dict[tuple[str, int], WeakSet[Connection]] = {}  # by the server that they are on
_noting = threading.Lock()


@dataclass(frozen=True)
class Address:
    """One database as one role; `parameters` are further libpq settings such as `sslmode`.

    Sessions of a `trusted` one are the bot's own, and depend on nothing that is set for the database or the role.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    dbname: str
    parameters: tuple[tuple[str, str], ...] = ()
    trusted: bool = False

    def with_database(self, name: str) -> "Address":
        """The same server and role, another database."""
        return replace(self, dbname=name)

    def connect(self, *, autocommit: bool = True, options: str = "") -> Connection:
        """Open a connection; `options` are server settings as on a command line (`-c name=value`).

        Raises `ToolError` with the server's own words when it refuses or is not there.
        """
        settings: dict[str, Any] = {
            "connect_timeout": CONNECT_TIMEOUT,
            "application_name": "migration-bot",
            **dict(self.parameters),
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "dbname": self.dbname,
        }
        given = (str(settings.get("options", "")), pinned.PINNED if self.trusted else "", options)
        if any(given):
            settings["options"] = " ".join(filter(None, given))
        try:
            connection = _connected(settings)
        except psycopg2.OperationalError as error:
            words = self.hide(str(error).strip())
            raise ToolError(
                f"cannot connect to database {self.dbname!r} as {self.user!r} "
                f"at {self.host}, port {self.port}: {words}",
                "Check that the database server is running and reachable from here.",
                kind="connection",
            ) from None
        connection.autocommit = autocommit
        if options != pinned.LONG:
            with _noting:
                _sessions.setdefault((self.host, self.port), WeakSet()).add(connection)
        return connection

    def hide(self, text: str) -> str:
        """`text` without the password."""
        return text.replace(self.password, "***") if self.password else text


def open_sessions(address: Address) -> list[int]:
    """The server's numbers of this process's sessions there."""
    with _noting:
        found = list(_sessions.get((address.host, address.port), ()))
    return [connection.info.backend_pid for connection in found if not connection.closed]


def _connected(settings: dict[str, Any]) -> Connection:
    """libpq measures time-outs by the time of day (`PQsocketPoll`), which may jump: then no time has passed."""
    started = time.monotonic()
    while True:
        try:
            connection: Connection = psycopg2.connect("", **settings)
        except psycopg2.OperationalError as error:
            # What timed out had a number of seconds as its limit; half of it allows for libpq's rounding.
            if "timeout expired" in str(error) and time.monotonic() - started < int(settings["connect_timeout"]) / 2:
                continue
            raise
        return connection
