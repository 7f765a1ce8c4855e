"""Whether what the migrations did was committed.

Where env.py executes something before `context.configure()`, SQLAlchemy 2 has begun a transaction; Alembic then leaves
its end to env.py, and what env.py does not commit is rolled back without a word. In: the migration contexts of a
task. Out: a `Problem` where the database does not have the version that they left.
"""

from contextlib import contextmanager
from typing import Any, Iterator, List, Set, Tuple

from sqlalchemy import event
from sqlalchemy.engine import Engine

from .connection import redirect
from .problems import Problem

# Contexts whose transaction is not Alembic's, with the versions that they left, search_path, and the connection.
_open: List[Tuple[Any, Set[str], str, Any]] = []
TEXT = (
    "what the migrations did is not committed: a statement before context.configure() has begun a transaction, and "
    "Alembic leaves the commit of a transaction to whoever began it"
)


def install() -> None:
    """Listen to every commit."""
    event.listen(Engine, "commit", _committed)
    event.listen(Engine, "commit_twophase", _committed)


def _committed(connection: Any, *_: Any) -> None:
    _open[:] = [item for item in _open if item[3] is not _of_driver(connection)]


def _of_driver(connection: Any) -> Any:
    pooled = connection.connection
    return getattr(pooled, "dbapi_connection", None) or pooled.connection


def expect(context: Any) -> None:
    """Remember a context that has run, if it is up to env.py to commit."""
    connection = context.connection
    if not getattr(context, "_in_external_transaction", False) or not connection.in_transaction():
        return
    if context.opts.get("dont_mutate") or context.dialect.is_async:
        return
    cursor = connection.connection.cursor()
    try:
        cursor.execute("SELECT pg_catalog.current_setting('search_path')")
        path = str(cursor.fetchone()[0])
        _open.append((context, set(context.get_current_heads()), path, _of_driver(connection)))
    finally:
        cursor.close()


@contextmanager
def watched() -> Iterator[None]:
    """Raise `Problem` at the end of env.py where a version is not in the database."""
    _open.clear()
    yield
    for context, heads, path, _ in _open:
        if _versions(context, path) != heads:
            raise Problem("uncommitted", TEXT)


def _versions(context: Any, path: str) -> Set[str]:
    """What another session sees."""
    connection = redirect.connect(context.dialect)
    cursor = connection.cursor()
    try:
        cursor.execute("SELECT pg_catalog.set_config('search_path', '{}', false)".format(path.replace("'", "''")))
        cursor.execute("SELECT version_num FROM {}".format(_name(context)))
        return {str(row[0]) for row in cursor.fetchall()}
    except context.dialect.dbapi.Error:
        return set()
    finally:
        cursor.close()
        connection.close()


def _name(context: Any) -> str:
    text: str = context.dialect.identifier_preparer.format_table(context._version)
    return text
