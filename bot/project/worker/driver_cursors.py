"""What a migration sends past SQLAlchemy: by a cursor of the driver, as psycopg2's `execute_values` and COPY need one.

In: connections that a traced run uses. Out: calls of their cursors, for the trace. The cursors stay what they are, for
whoever looks: of a class derived from the one that they would have, with its name. Drivers whose connections make no
cursors of a given class, and those that run asynchronously, are not followed.
"""

import functools
import os
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple

import sqlalchemy

# Takes the connection, the cursor, what is sent, with which parameters, and what to call.
Recorder = Callable[[Any, Any, str, Any, Callable[[], Any]], Any]
_METHODS = ("execute", "executemany", "copy_expert", "copy")
_OWN = tuple(str(Path(path).resolve().parent) + os.sep for path in (sqlalchemy.__file__, __file__))


class DriverCursors:
    """Follows the cursors of connections until it is told to stop."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._followed: List[Tuple[Any, Any]] = []

    def follow(self, connection: Any) -> None:
        """From now on; `connection` is SQLAlchemy's."""
        fairy = connection.connection
        driver: Any = getattr(fairy, "dbapi_connection", None) or getattr(fairy, "connection", None)
        if any(driver is known for known, _ in self._followed) or not hasattr(driver, "cursor_factory"):
            return
        before = driver.cursor_factory
        with fairy.cursor() as made:
            base = before or type(made)
        if isinstance(base, type):
            driver.cursor_factory = _derived(base, self._recorder, connection)
            self._followed.append((driver, before))

    def stop(self) -> None:
        """The connections make the cursors that they would have made."""
        for driver, before in self._followed:
            driver.cursor_factory = before
        self._followed.clear()


def _derived(base: type, recorder: Recorder, connection: Any) -> type:
    methods: Dict[str, Any] = {
        "__module__": base.__module__,
        "__qualname__": base.__qualname__,
        "__doc__": base.__doc__,
    }
    for name in _METHODS:
        if hasattr(base, name):
            methods[name] = _recorded(getattr(base, name), recorder, connection)
    return type(base)(base.__name__, (base,), methods)


def _recorded(original: Any, recorder: Recorder, connection: Any) -> Any:
    @functools.wraps(original)
    def method(self: Any, query: Any, *args: Any, **keywords: Any) -> Any:
        call = functools.partial(original, self, query, *args, **keywords)
        if _is_own(sys._getframe(1).f_code.co_filename):
            return call()
        text = _text(query, self.connection)
        values = args[0] if args else keywords.get("vars", keywords.get("params"))
        return call() if text is None else recorder(connection, self, text, values, call)

    return method


@functools.lru_cache(256)
def _is_own(path: str) -> bool:
    """Whether it is SQLAlchemy that calls, whose events tell of that, or the bot."""
    return str(Path(path).resolve()).startswith(_OWN)


def _text(query: Any, driver: Any) -> Optional[str]:
    """What is sent; the drivers' own `sql` module composes it."""
    if isinstance(query, bytes):
        return query.decode("utf-8", "replace")
    composed = getattr(query, "as_string", None)
    text = query if composed is None else composed(driver)
    return text if isinstance(text, str) else None
