"""What went wrong, as data: kind, message, and the place in the project where it did.

In: whatever the project's code raised, `SystemExit` included. Out: a JSON object. Does not import
SQLAlchemy or Alembic: they may be what is missing.
"""

import errno
import os
import re
import socket
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from .problems import Problem

TAIL = 6_000  # characters of a traceback
MESSAGE = 6_000
SQL = 2_000
MOST_NAMES = 50
_TRANSACTION = (
    "autocommit_block() cannot leave the transaction, which env.py began by itself: connect() in place of begin() there"
    " leaves it to Alembic's begin_transaction()"
)
_HERE = str(Path(__file__).parent)


def describe(error: BaseException, checkout: str, asked: Sequence[str]) -> Dict[str, Any]:
    """The failure as the client reads it; `asked` are settings that the code asked for in vain."""
    root = _root(error)
    place = _place(root, checkout) or _place(error, checkout)
    return {
        "kind": _kind(root),
        "type": type(getattr(root, "orig", None) or root).__name__,
        "message": _message(root)[:MESSAGE],
        "path": place[0] if place else None,
        "line": place[1] if place else None,
        "traceback": _traceback(error)[-TAIL:],
        "missing": list(getattr(root, "missing", ())) if isinstance(root, Problem) else [],
        "asked": list(asked)[:MOST_NAMES],
        "x": list(getattr(error, "x", ()))[:MOST_NAMES],
        "revision": next((name for name in (getattr(link, "revision", None) for link in chain(error)) if name), None),
        "module": root.name if isinstance(root, ImportError) else next(_modules(error), None),
        "host": next(filter(None, map(_host, chain(error))), None),
    }


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was raised from, the latest first."""
    seen: List[int] = []
    current: Optional[BaseException] = error
    while current is not None and id(current) not in seen:
        seen.append(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _modules(error: BaseException) -> Iterator[str]:
    """Modules that were not found, whatever the code that looked for them made of it: logging's handlers, say."""
    for link in chain(error):
        if isinstance(link, ModuleNotFoundError) and link.name:
            yield link.name


def _root(error: BaseException) -> BaseException:
    """A refusal of our own wins over whatever the project's code made of it."""
    for link in chain(error):
        if isinstance(link, Problem):
            return link
    return error


def _kind(error: BaseException) -> str:
    if isinstance(error, Problem):
        return error.kind
    for types, kind in (
        ((SyntaxError,), "syntax"),
        ((ImportError,), "import"),
        ((SystemExit, KeyboardInterrupt), "exit"),
        ((MemoryError, RecursionError), "memory"),
    ):
        if isinstance(error, types):
            return kind
    if _is_of_server(getattr(error, "orig", None) or error):
        return "server"
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "machine"
    modules = {base.__module__.split(".")[0]: base.__name__ for base in reversed(type(error).__mro__)}
    if modules.get("sqlalchemy") and getattr(error, "orig", None) is not None:
        return "database"
    if modules.get("alembic"):
        return "alembic"
    return "config" if modules.get("configparser") else "exception"


def _is_of_server(error: BaseException) -> bool:
    """Whether it lacks room, memory or a device: SQLSTATE classes 53 and 58, under the names of different drivers."""
    codes = (getattr(error, "pgcode", None), getattr(error, "sqlstate", None))
    return any(isinstance(code, str) and code[:2] in ("53", "58") for code in codes)


def _message(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return "the code ended the process with sys.exit({!r})".format(error.code)
    orig = getattr(error, "orig", None)
    if isinstance(error, AssertionError) and _innermost(error) == "autocommit_block":
        return _TRANSACTION  # Alembic itself has no words for it
    if orig is None:
        return str(error.msg if isinstance(error, SyntaxError) else error).strip()
    text = str(orig).strip()
    # SQLAlchemy puts the driver's class before its words for asyncpg.
    text = re.sub(r"^<class '[\w.]+'>: ", "", text)
    statement = getattr(error, "statement", None)
    return text if not statement else "{}\nSQL: {}".format(text, str(statement).strip()[:SQL])


def _innermost(error: BaseException) -> str:
    """The function that raised it."""
    entries = traceback.extract_tb(error.__traceback__)
    return entries[-1].name if entries else ""


def _place(error: BaseException, checkout: str) -> Optional[Tuple[str, Optional[int]]]:
    """The innermost line of the project's own code; for a syntax error the line that is wrong."""
    if isinstance(error, SyntaxError) and error.filename:
        path = _inside(error.filename, checkout)
        if path:
            return path, error.lineno
    found: Optional[Tuple[str, Optional[int]]] = None
    trace: Optional[TracebackType] = error.__traceback__
    while trace is not None:
        path = _inside(trace.tb_frame.f_code.co_filename, checkout)
        if path:
            found = path, trace.tb_lineno
        trace = trace.tb_next
    return found


def _inside(filename: str, checkout: str) -> Optional[str]:
    root = os.path.realpath(checkout) + os.sep
    path = os.path.realpath(filename)
    inside = path.startswith(root) and "site-packages" not in path and not filename.startswith("<")
    return path[len(root) :] if inside else None


def _host(error: BaseException) -> Optional[str]:
    """The server whose name could not be resolved, whatever library asked for it."""
    trace: Optional[TracebackType] = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_name == "getaddrinfo" and code.co_filename == socket.__file__:
            host = trace.tb_frame.f_locals.get("host")
            return host.decode("ascii", "replace") if isinstance(host, bytes) else host
        trace = trace.tb_next
    return None


def _traceback(error: BaseException) -> str:
    """Without the worker's own frames, which nobody outside can make sense of."""
    entries = traceback.format_exception(type(error), error, error.__traceback__)
    return "".join(entry for entry in entries if not any(part in entry.split("\n")[0] for part in _HIDDEN))


_HIDDEN = (_HERE, "importlib._bootstrap")
