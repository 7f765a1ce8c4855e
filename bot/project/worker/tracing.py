"""What a migration sends: the statement, the line that sent it, how long it took, what it locked and rewrote.

Listens on all engines while a run lasts. Statements of Alembic itself (its version table) are left out: only
what a frame of a migration file stands behind is recorded.
"""

import os
import sys
import time
from types import TracebackType
from typing import Any, Dict, List, Optional, Set, Tuple, Type

from sqlalchemy import event
from sqlalchemy.engine import Engine

from .environment import configured

LONGEST = 10_000  # characters of a statement
MOST = 2_000  # statements

# One round trip: the locks of this session, and which file each table is stored in.
_LOOK = """
SELECT CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname, c.oid::bigint,
       pg_catalog.pg_relation_filenode(c.oid)::bigint, coalesce(l.modes, '')
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN (SELECT relation, pg_catalog.string_agg(DISTINCT mode, ' ') AS modes FROM pg_catalog.pg_locks
           WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'relation' AND granted
           GROUP BY relation) l ON l.relation = c.oid
WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^pg_|^information_schema$'
"""


# From weak to strong: only the strongest lock of a statement on a table is told.
_MODES = (
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
)


def _strength(mode: str) -> int:
    return _MODES.index(mode) if mode in _MODES else len(_MODES)


def _touched(cursor: Any) -> Optional[int]:
    """How many rows the server says that a statement touched; None where the driver cannot tell."""
    count = getattr(cursor, "rowcount", None)
    return count if isinstance(count, int) and 0 <= count < 2**31 else None


class Trace:
    """A context manager; `files` maps paths of migration files to revisions."""

    def __init__(self, files: Dict[str, str], detailed: bool) -> None:
        self.statements: List[Dict[str, Any]] = []
        self._files = {os.path.realpath(path): revision for path, revision in files.items()}
        self._detailed = detailed
        self._paths: Dict[str, str] = {}
        self._started = 0.0
        self._held: Set[Tuple[int, str]] = set()
        self._stored: Dict[int, int] = {}

    def __enter__(self) -> "Trace":
        event.listen(Engine, "before_cursor_execute", self._before)
        event.listen(Engine, "after_cursor_execute", self._after)
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        event.remove(Engine, "before_cursor_execute", self._before)
        event.remove(Engine, "after_cursor_execute", self._after)

    def _before(self, connection: Any, *_: Any) -> None:
        if self._detailed and not self._stored:
            for _, oid, stored, _ in self._look(connection):
                self._stored[oid] = stored
        self._started = time.perf_counter()

    def _after(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        seconds = time.perf_counter() - self._started
        place = self._place()
        if place is None:
            return
        revision, line = place
        if len(self.statements) >= MOST:
            return
        locks, rewrites = self._changes(connection) if self._detailed else ([], [])
        if connection.dialect.paramstyle in ("format", "pyformat"):
            statement = statement.replace("%%", "%")
        self.statements.append(
            {
                "revision": revision,
                "sql": statement.strip()[:LONGEST],
                "line": line,
                "seconds": round(seconds, 6),
                "locks": locks,
                "rewrites": rewrites,
                "rows": _touched(cursor),
            }
        )

    def _place(self) -> Optional[Tuple[str, int]]:
        frame: Any = sys._getframe(1)
        while frame is not None:
            name = frame.f_code.co_filename
            if name not in self._paths:
                self._paths[name] = self._files.get(os.path.realpath(name), "")
            if self._paths[name]:
                return self._paths[name], frame.f_lineno
            frame = frame.f_back
        return None

    def _look(self, connection: Any) -> List[Any]:
        """Past SQLAlchemy, so that these queries are not seen by listeners, this one included."""
        cursor = connection.connection.cursor()
        try:
            cursor.execute(_LOOK)
            rows: List[Any] = cursor.fetchall()
        finally:
            cursor.close()
        return rows

    @staticmethod
    def _version_table() -> str:
        options = configured().options
        schema, name = options.get("version_table_schema"), options.get("version_table") or "alembic_version"
        return name if schema in (None, "public") else "{}.{}".format(schema, name)

    def _changes(self, connection: Any) -> Tuple[List[Dict[str, str]], List[str]]:
        """Locks that the statement took in addition, and tables that it wrote anew."""
        locks: List[Dict[str, str]] = []
        rewrites: List[str] = []
        held: Set[Tuple[int, str]] = set()
        for name, oid, stored, listed in self._look(connection):
            modes = listed.split()
            held.update((oid, mode) for mode in modes)
            taken = [mode for mode in modes if (oid, mode) not in self._held]
            if taken and name != self._version_table():
                locks.append({"table": name, "mode": max(taken, key=_strength)})
            if stored is not None and self._stored.get(oid) not in (None, stored):
                rewrites.append(name)
            self._stored[oid] = stored
        self._held = held
        return locks, rewrites
