"""An env.py that only writes SQL (`alembic upgrade head --sql`) runs on the task's database all the same.

In: what it gives to `context.configure`, and how its online half ended. Out: the same with a connection in the place of
an address; whether its offline half is the one to run.
"""

import ast
import re
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Dict, Iterator, List

from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from .connection import installed_driver

_OF_SQL = ("url", "literal_binds", "dialect_opts", "dialect_name", "output_buffer", "transactional_ddl")
_connections: List[Any] = []
_pretended: List[bool] = []  # while env.py is told that SQL is wanted


def install() -> None:
    """Answer `context.is_offline_mode()` as is needed."""
    as_ever = EnvironmentContext.is_offline_mode

    @wraps(as_ever)
    def is_offline_mode(self: Any) -> bool:
        return bool(_pretended) or as_ever(self)

    patched: Any = EnvironmentContext
    patched.is_offline_mode = is_offline_mode


def connected(context: Any, options: Dict[str, Any]) -> Dict[str, Any]:
    """The options of a `context.configure` without a connection, with one; others as they are."""
    driver = installed_driver(asynchronous=False)
    given = options.get("connection") is not None or context.context_opts.get("as_sql")
    if given or not (options.keys() & set(_OF_SQL)) or driver in (None, "asyncpg"):
        return options
    _connections.append(create_engine("postgresql+{}://".format(driver), poolclass=NullPool).connect())
    kept = {name: value for name, value in options.items() if name not in _OF_SQL}
    return dict(kept, connection=_connections[-1])


@contextmanager
def closing() -> Iterator[None]:
    """Connections of the context are closed at its end."""
    try:
        yield
    finally:
        while _connections:
            _connections.pop().close()


@contextmanager
def pretended() -> Iterator[None]:
    """env.py is told that SQL is wanted, which is all that it can do."""
    _pretended.append(True)
    try:
        yield
    finally:
        _pretended.pop()


def is_all(directory: Any) -> bool:
    """Whether env.py asks for this mode, and has no other half: nothing in it speaks of an engine or a connection."""
    source = Path(str(directory.dir), "env.py").read_text(encoding="utf-8", errors="replace")
    nodes = list(ast.walk(ast.parse(source)))
    words = {word for node in nodes for word in (getattr(node, "id", None), getattr(node, "attr", None)) if word}
    words |= {alias.name for node in nodes for alias in getattr(node, "names", ()) if isinstance(alias, ast.alias)}
    connects = any(re.search("connect|engine", word, re.IGNORECASE) for word in words)
    return "is_offline_mode" in words and not connects
