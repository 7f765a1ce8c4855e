"""Whose fault it is when something fails beside a server: the server's, or the project's.

In: the server, the administrator's session and the names of the run's databases. Out: nothing, or the error that says
it. The project's code may go on as if nothing had happened where the server has stopped or has no room left; then it
does something else than it would have.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg2

from bot.database.admin_session import AdminSession
from bot.database.advice import ROOM, advice_for
from bot.database.servers import Server
from bot.errors import BotError, MemoryDiskFullError, ProjectError, ToolError

OUT_OF_RESOURCES = ("53", "58")  # classes of SQLSTATE: no room, memory or sessions; errors of the system
WAITED = ("55P03", "57014")  # for a lock, or for the end of a statement
_ENDED = (None, "57P01")  # without a word, or with one

_CLOSED = (
    "SELECT datname FROM pg_catalog.pg_database WHERE datname OPERATOR(pg_catalog.=) ANY (%s::pg_catalog.name[])"
    " AND NOT (datallowconn AND datconnlimit OPERATOR(pg_catalog.=) -1"
    " AND pg_catalog.has_database_privilege(%s, oid, 'CONNECT'))"
)


@dataclass(frozen=True)
class Faults:
    """Finds out about one run's server."""

    server: Server
    admin: AdminSession
    names: Callable[[], tuple[str, ...]]

    @contextmanager
    def translating(self) -> Iterator[None]:
        """See `Databases.translating_server_failures`."""
        try:
            yield
        except (BotError, psycopg2.Error, OSError) as error:
            self.require_room()
            self._require_alive()
            if isinstance(error, ToolError) and error.kind == "connection":
                self._require_open(error)
            if isinstance(error, psycopg2.Error) and (error.pgcode or "")[:2] in OUT_OF_RESOURCES:
                words = str(error).strip()
                raise ToolError(f"the database server: {words}", advice_for(words), kind="server") from error
            if isinstance(error, psycopg2.Error) and (error.pgcode in WAITED or _has_ended(error)):
                raise ProjectError(
                    f"the catalogs could not be read in time: {str(error).strip()}",
                    "Look for a lock that the project's code holds on after its task (a session, a thread, a prepared "
                    "transaction), for objects by the thousand, or for a function that goes on when it is cancelled.",
                    kind="database",
                ) from error
            raise
        else:
            self.require_room()
            self._require_alive()

    def require_room(self) -> None:
        """Raises where the server's disk is full: `MemoryDiskFullError` where that is memory, else `ToolError`."""
        if not self.server.full():
            return
        if self.server.in_memory:
            raise MemoryDiskFullError
        tail = self.server.log_tail()
        raise ToolError("the database server has no room left", ROOM, kind="server", log_tail=tail)

    def _require_alive(self) -> None:
        if not self.admin.is_there():
            tail = self.server.log_tail()
            raise ToolError(
                "the database server stopped in the middle of the run", advice_for(tail), kind="server", log_tail=tail
            )

    def _require_open(self, error: ToolError) -> None:
        """The project's role owns its databases, and can keep everybody out of them."""
        closed = [name for (name,) in self.admin.rows(_CLOSED, (list(self.names()), self.server.reader.user))]
        if closed:
            raise ProjectError(
                f"the project's code has closed its database {closed[0]}: {error.message}",
                "Do without ALTER DATABASE and REVOKE … ON DATABASE: another database has another name.",
                kind="database",
            ) from error
        self._require_role(error)

    def _require_role(self, error: ToolError) -> None:
        """It may set itself a password, and settings with which nobody gets in."""
        project, names = self.server.project, self.names()
        if project.user == self.server.admin.user or not names:
            return
        try:
            project.with_database(names[-1]).connect().close()
        except ToolError as again:
            raise ProjectError(
                f"the project's code has shut out its own role: {again.message}",
                "Do without ALTER ROLE: what it sets holds for all that comes later, on every database of the server.",
                kind="database",
            ) from error


def _has_ended(error: psycopg2.Error) -> bool:
    """Whether the session was ended from outside, or by what ran in it."""
    return isinstance(error, psycopg2.OperationalError) and error.pgcode in _ENDED
