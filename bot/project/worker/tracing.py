"""What a migration sends: the statement, the line that sent it, how long it took, what the server says of it.

Listens on all engines while a run lasts, and to the drivers' cursors. Statements of Alembic itself (its version table)
are left out: only what a frame of a migration file stands behind is recorded. What is seen goes out as it is, by object
identifier: the bot itself gives the names and draws the conclusions.
"""

import os
import re
import sys
import time
from types import TracebackType
from typing import Any, Dict, List, Optional, Tuple, Type

from sqlalchemy import event
from sqlalchemy.engine import Engine

from . import sent_values
from .driver_cursors import DriverCursors
from .environment import configured
from .observing import Session, cursor_of

LONGEST = 10_000  # characters of a statement
MOST, MOST_TEXT = 2_000, 1_000_000  # statements, and characters of all
_MOST_ALIKE = 100  # with one text and from one line; further ones are added to the last of them
_MOST_OF_A_SHAPE = 500  # that differ in their literals alone
_LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
_OF_THE_SCHEMA = re.compile(r"(?:create|alter|drop|comment)\b", re.IGNORECASE)
_SESSION = "migration_bot_session"
_ENDS = ("commit", "rollback", "commit_twophase", "rollback_twophase")


def _touched(cursor: Any) -> Optional[int]:
    """The row count of a statement as the server reports it; None if the driver does not know."""
    count = getattr(cursor, "rowcount", None)
    return count if isinstance(count, int) and 0 <= count < 2**31 else None


class Trace:
    """A context manager. What is sent by the file that `follow` names is recorded, with all that it calls."""

    def __init__(self, detailed: bool) -> None:
        self.statements: List[Dict[str, Any]] = []
        self.untold: Dict[str, int] = {}  # by revision, statements beyond the limits that may write rows
        self._text, self._is_full = 0, False
        self._detailed = detailed
        self._revision = self._file = ""
        self._paths: Dict[str, str] = {}  # as frames name files, and what they are
        self._started = 0.0
        self._alike: Dict[Tuple[str, int, str], List[Dict[str, Any]]] = {}
        self._sessions: List[Session] = []
        self._listeners = [("before_cursor_execute", self._before), ("after_cursor_execute", self._after)]
        self._listeners += [(end, self._end) for end in _ENDS]
        self._cursors = DriverCursors(self._past_sqlalchemy)

    def follow(self, revision: str, path: str) -> None:
        """The migration that runs now; an empty path is none."""
        self._revision, self._file = revision, path and os.path.realpath(path)

    def __enter__(self) -> "Trace":
        for name, listener in self._listeners:
            event.listen(Engine, name, listener)
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        for name, listener in self._listeners:
            event.remove(Engine, name, listener)
        self._cursors.stop()

    def _before(self, connection: Any, *_: Any) -> None:
        self._cursors.follow(connection)
        if self._detailed and not self._is_full and self._place() is not None:
            self._session(connection).begin(cursor_of(connection))
        self._started = time.perf_counter()

    def _after(self, connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seconds = time.perf_counter() - self._started
        place = self._place()
        if place is not None:
            escaped = connection.dialect.paramstyle in ("format", "pyformat")
            sql = statement.replace("%%", "%") if escaped else statement
            self._note(place, connection, cursor, sql, parameters, seconds)

    def _past_sqlalchemy(self, connection: Any, cursor: Any, statement: str, parameters: Any, call: Any) -> Any:
        """A call of a driver's cursor."""
        place = self._place()
        if place is None:
            return call()
        if self._detailed and not self._is_full:
            self._session(connection).begin(cursor_of(connection))
        started = time.perf_counter()
        result = call()
        seconds = time.perf_counter() - started
        sql = statement if parameters is None else statement.replace("%%", "%")
        self._note(place, connection, cursor, sql, parameters, seconds)
        return result

    def _note(
        self, place: Tuple[str, int], connection: Any, cursor: Any, statement: str, parameters: Any, seconds: float
    ) -> None:
        rows, sql = _touched(cursor), statement.strip()[:LONGEST]
        seen = self._detailed and not self._is_full
        observation = self._session(connection).observe(cursor_of(connection)) if seen else None
        same, of_its_shape = (*place, sql), (*place, _LITERAL.sub("?", sql))
        alike, of_one_shape = self._alike.get(same, []), self._alike.get(of_its_shape, [])
        if len(alike) >= _MOST_ALIKE or len(of_one_shape) >= _MOST_OF_A_SHAPE:
            last = (alike or of_one_shape)[-1]
            last["seconds"] += seconds
            last["rows"] = (last["rows"] or 0) + (rows or 0)
        elif len(self.statements) >= MOST or self._text + len(sql) > MOST_TEXT:
            self._is_full = True
            if not _OF_THE_SCHEMA.match(sql):
                self.untold[place[0]] = self.untold.get(place[0], 0) + 1
        else:
            noted = {
                "revision": place[0],
                "sql": sql,
                "line": place[1],
                "seconds": round(seconds, 6),
                "rows": rows,
                "parameters": sent_values.listed(parameters) if rows == 0 else [],
                "observation": observation,
            }
            self._text += len(sql)
            self.statements.append(noted)
            for key in {same, of_its_shape}:
                self._alike.setdefault(key, []).append(noted)

    def _end(self, connection: Any, *_: Any) -> None:
        if self._detailed and not connection.invalidated and not connection.closed:
            self._session(connection).end()

    def _session(self, connection: Any) -> Session:
        """What is known of the driver's connection; each trace begins with nothing."""
        found: Optional[Session] = connection.info.get(_SESSION)
        if found is None or found not in self._sessions:
            found = Session(len(self._sessions), _version_table(connection))
            self._sessions.append(found)
            connection.info[_SESSION] = found
        return found

    def _place(self) -> Optional[Tuple[str, int]]:
        frame: Any = sys._getframe(1) if self._file else None
        while frame is not None:
            name = frame.f_code.co_filename
            if name not in self._paths:
                self._paths[name] = os.path.realpath(name)
            if self._paths[name] == self._file:
                return self._revision, frame.f_lineno
            frame = frame.f_back
        return None


def _version_table(connection: Any) -> str:
    """Alembic's own table as SQL: its locks are no doing of a migration's."""
    options = configured().options
    preparer = connection.dialect.identifier_preparer
    schema, name = options.get("version_table_schema"), options.get("version_table") or "alembic_version"
    return ".".join(preparer.quote_identifier(part) for part in (schema, name) if part)
