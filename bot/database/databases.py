"""The databases of one run on one server: made, copied and dropped.

In: a server. Out: names of databases, addresses for the project's code and connections for the
bot. Everything made here is dropped when the context ends; nothing else is ever touched.
"""

import re
import secrets
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from types import TracebackType
from typing import Self, TypeVar

import psycopg2
from psycopg2.extensions import Notify
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case
from psycopg2.sql import SQL, Identifier

from bot.database import pinned, roles
from bot.database.addresses import Address
from bot.database.admin_session import AdminSession
from bot.database.database_settings import copy_settings
from bot.database.faults import OUT_OF_RESOURCES, WAITED, Faults
from bot.database.prefetch import DatabasePrefetcher
from bot.database.servers import Server
from bot.database.sessions import Sessions
from bot.errors import ProjectError, ToolError
from bot.system import LOG_TAIL
from bot.system.timing import span

Result = TypeVar("Result")

NAME_LIMIT = 63  # bytes; PostgreSQL cuts longer names off
SESSION_END_TIMEOUT = 10.0  # seconds for sessions to end that were told to


class Databases:
    """Databases of one run. A context manager; safe to use from several threads.

    `template` is what new databases are copied from: empty for the server's own default.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self.template = ""
        self.roles: list[str] = []  # that were made because the project's code names them
        self._prefix = "" if server.private else server.prefix or f"migration_bot_{secrets.token_hex(4)}_"
        self._made: dict[str, None] = {}  # in order of creation
        self._admin = AdminSession(server.admin)
        self._faults = Faults(server, self._admin, self.names)
        self._ahead = DatabasePrefetcher(lambda label: self._create(label, self.template), self._admin.lock)
        self._sessions = Sessions(self.connect)
        self._readers = Sessions(self.reader)

    def __enter__(self) -> Self:
        self._admin.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._ahead.end()
            for sessions in (self._sessions, self._readers):
                sessions.close_all()
            # A private server is thrown away as a whole.
            if not self.server.private:
                self._drop_all(quietly=error is not None)
        finally:
            self._admin.__exit__(kind, error, trace)

    def create(self, label: str, template: str | None = None) -> str:
        """Make a database that the project's role owns and return its real name.

        It is a copy of `template`, a name that `create` returned, whose sessions are ended for that; without,
        it is new (as `--setup` left it). Raises `ToolError` when the server refuses, `MemoryDiskFullError` when
        it has run out of memory.
        """
        with self._admin.lock:
            there = self._ahead.take(label) if template is None else None
            return there or self._create(label, template or self.template)

    def ahead(self, labels: Iterable[str]) -> None:
        """Begin to make new databases that `create` will be asked for; an error comes when it is."""
        self._ahead.begin(labels)

    @span("database.create")
    def _create(self, label: str, source: str) -> str:
        self._faults.require_room()
        name = self._new_name(label)
        self._made[name] = None
        command = SQL("CREATE DATABASE {} OWNER {}").format(Identifier(name), Identifier(self.server.project.user))
        if source:
            self._empty_of_sessions(source)
            command += SQL(" TEMPLATE {}").format(Identifier(source))
        if self.server.file_copy:
            command += SQL(" STRATEGY = file_copy")
        self._admin.execute(command)
        self._admin.execute(SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(Identifier(name)))
        if source:
            self._admin.guarded(lambda connection: copy_settings(connection, source, name))
        return name

    @span("database.drop")
    def drop(self, name: str) -> None:
        """Drop a database that `create` made, ending its sessions."""
        with self._admin.lock:
            if name not in self._made:
                raise ValueError(f"{name!r} is not a database of this run")
            self._empty_of_sessions(name)
            self._admin.guarded(lambda connection: roles.drop_database(connection, name))
            del self._made[name]

    def connect(self, name: str) -> Connection:
        """A connection as the administrator, for reading catalogs and nothing else; autocommit.

        A statement about a table of the project's, be it to read its rows, lets the planner run functions in index
        expressions: use `reader` or `address` for that.
        """
        return self.server.admin.with_database(name).connect(options=pinned.since(self.server.major))

    def reader(self, name: str) -> Connection:
        """A connection that reads rows with the project's rights, whatever row security says; settings as above."""
        options = f"{pinned.since(self.server.major)} {pinned.READ_ONLY}".strip()
        return self.server.reader.with_database(name).connect(options=options)

    def session(self, name: str) -> AbstractContextManager[Connection]:
        """Such a connection for the time of a context; afterwards it waits for the next one."""
        return self._sessions.lend(name)

    @contextmanager
    def reading_session(self, name: str) -> Iterator[Connection]:
        """The same of the reader's; functions in index expressions find the project's own objects there.

        Raises `ProjectError` where these functions fail, or end the session.
        """
        try:
            with self._readers.lend(name) as connection:
                # Nobody reads what is sent to those who listen.
                connection.notifies = deque[Notify](maxlen=0)  # type: ignore[assignment]
                with connection.cursor() as cursor:
                    cursor.execute(pinned.PROJECTS_PATH)
                yield connection
                with suppress(psycopg2.Error), connection.cursor() as cursor:  # who has ended, hears nothing
                    cursor.execute("UNLISTEN *")  # a function may have said LISTEN: messages come with any answer
        except psycopg2.Error as error:
            if error.pgcode in WAITED or (error.pgcode or "")[:2] in OUT_OF_RESOURCES:
                raise
            words = str(error).strip()
            raise ProjectError(
                f"the rows could not be read: {error.diag.message_primary or words}",
                "The server works out index expressions whenever a table is read: their functions should name what "
                "they use with its schema, or be given a path of their own (ALTER FUNCTION … SET search_path = …).",
                kind="database",
                log_tail=words[:LOG_TAIL],
            ) from error

    def address(self, name: str) -> Address:
        """Where the project's code finds the database, as the project's role."""
        return self.server.project.with_database(name)

    def create_tablespace(self, name: str) -> bool:
        """Make a tablespace that the project's role may use, where the server is private; whether it was made.

        It is a folder inside the data directory: PostgreSQL manual, "allow_in_place_tablespaces" (since 15).
        """
        if not self.server.private or self.server.major < 15:
            return False
        with self._admin.lock:
            self._admin.execute(SQL("SET allow_in_place_tablespaces = on"))
            self._admin.execute(SQL("CREATE TABLESPACE {} LOCATION ''").format(Identifier(name)))
            role = Identifier(self.server.project.user)
            self._admin.execute(SQL("GRANT CREATE ON TABLESPACE {} TO {}").format(Identifier(name), role))
        return True

    def create_role(self, name: str) -> bool:
        """Make a role without rights that the project's role is a member of, where the server is private.

        One that is there already stays as it is, and is given to nobody.
        """
        if not self.server.private:
            return False
        role, project = Identifier(name), Identifier(self.server.project.user)
        try:
            with self._admin.lock:
                self._admin.execute(SQL("CREATE ROLE {}").format(role))
                self._admin.execute(SQL("GRANT {} TO {}").format(role, project))
        except ToolError:
            return False
        self.roles.append(name)
        return True

    @contextmanager
    def temporary(self, label: str, template: str | None = None) -> Iterator[str]:
        """A database for the time of the context; see `create`."""
        name = self.create(label, template)
        try:
            yield name
        finally:
            # When the server is gone, the error on its way says so better than this one would.
            with suppress(ToolError):
                self.drop(name)

    def translating_server_failures(self) -> AbstractContextManager[None]:
        """What fails because the server does is no fault of the project's: it becomes a `ToolError`.

        So does what seems to have succeeded, or to be the project's failure, if the server is gone in the end.
        Raises `MemoryDiskFullError` where it is the memory's fault.
        """
        return self._faults.translating()

    def names(self) -> tuple[str, ...]:
        """The databases that this run has at the moment, oldest first."""
        return tuple(self._made)

    def _new_name(self, label: str) -> str:
        stem = (self._prefix + re.sub(r"[^a-z0-9_]+", "_", label.lower()))[: NAME_LIMIT - 5]
        number, name = 1, stem
        while name in self._made:
            number += 1
            name = f"{stem}_{number}"
        return name

    def _empty_of_sessions(self, name: str) -> None:
        """The server itself would look only every 100 ms whether a session has ended."""
        for sessions in (self._sessions, self._readers):
            sessions.close(name)
        deadline = time.monotonic() + SESSION_END_TIMEOUT
        while self._admin.guarded(lambda connection: roles.terminate(connection, name)) and time.monotonic() < deadline:
            time.sleep(0.001)

    def _drop_all(self, *, quietly: bool) -> None:
        failures = []
        self._admin.connect_again()
        for name in reversed(self.names()):
            try:
                self.drop(name)
            except ToolError as error:
                failures.append(f"{name} ({error.message})")
        if failures and not quietly:
            raise ToolError(
                f"could not drop {', '.join(failures)}",
                "Drop these databases by hand; they hold nothing but this run's copies.",
                kind="server",
            )
