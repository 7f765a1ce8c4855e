"""Connections that the code makes by a driver itself, without SQLAlchemy, lead to the task's own database, too.

Code does so that waits for its database, or prepares it, while it is imported. In: the names of drivers. Out: their
functions that connect, with the address replaced; everything else that they are given stays. Drivers are looked at when
the code imports them. `CREATE DATABASE` and its like do nothing, as with SQLAlchemy.
"""

import sys
from contextlib import contextmanager, suppress
from functools import wraps
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from typing import Any, Callable, Dict, Iterator, List, Optional

# What is an address, or says how to reach one, for any of the drivers.
_ADDRESS = frozenset(
    "dsn conninfo host hostaddr port user password passfile dbname database service ssl direct_tls channel_binding"
    " target_session_attrs krbsrvname gssencmode".split()
)

Address = Callable[[str], Dict[str, Any]]  # by the driver's name; raises where there is none at the moment
_own: List[bool] = []  # while SQLAlchemy connects, whose arguments are right already


@contextmanager
def by_sqlalchemy() -> Iterator[None]:
    """While SQLAlchemy connects."""
    _own.append(True)
    try:
        yield
    finally:
        _own.pop()


def install(address: Address, replaced: Callable[[str], str]) -> None:
    """Look at each driver as soon as it is imported; `replaced` says which statement is sent in the place of one."""
    sys.meta_path.insert(0, _Finder(address, replaced))
    for name in _LED:
        if name in sys.modules:
            _lead(name, address, replaced)


class _Finder:
    """Finds drivers as all others do, and looks at them when they are there."""

    def __init__(self, address: Address, replaced: Callable[[str], str]) -> None:
        self._address, self._replaced = address, replaced
        self._searching = False

    def find_spec(self, name: str, *_: Any) -> Optional[ModuleSpec]:
        if name not in _LED or self._searching:
            return None
        self._searching = True
        try:
            spec = find_spec(name)
        finally:
            self._searching = False
        loader: Any = spec.loader if spec else None
        execute = getattr(loader, "exec_module", None)
        if execute is not None:

            def exec_module(module: Any) -> None:
                execute(module)
                with suppress(AttributeError):  # a module of the project's by the same name
                    _lead(name, self._address, self._replaced)

            loader.exec_module = exec_module
        return spec


def _lead(name: str, address: Address, replaced: Callable[[str], str]) -> None:
    _LED[name](sys.modules[name], _Leading(name, address, replaced))


class _Leading:
    """Makes functions of one driver that connect to the task's database."""

    def __init__(self, driver: str, address: Address, replaced: Callable[[str], str]) -> None:
        self._driver, self._address, self._replaced = driver, address, replaced

    def leading(self, connect: Any, cursor: Any = None) -> Any:
        """`connect` with the address replaced; `cursor` is the driver's class, where statements pass one."""

        @wraps(connect)
        def led(*arguments: Any, **given: Any) -> Any:
            if _own:
                return connect(*arguments, **given)
            kept = {key: value for key, value in given.items() if key not in _ADDRESS and not key.startswith("ssl")}
            if cursor is not None:
                kept["cursor_factory"] = self._cursor(kept.get("cursor_factory") or cursor)
            kept.update((key, value) for key, value in self._address(self._driver).items() if value is not None)
            return connect(**kept)

        return led

    def _cursor(self, kind: Any) -> Any:
        replaced = self._replaced

        class Cursor(kind):  # type: ignore[misc]
            def execute(self, query: Any, *arguments: Any, **options: Any) -> Any:
                return super().execute(replaced(query) if isinstance(query, str) else query, *arguments, **options)

        return Cursor


def _psycopg2(module: Any, made: _Leading) -> None:
    module.connect = made.leading(module.connect, import_module("psycopg2.extensions").cursor)


def _psycopg(module: Any, made: _Leading) -> None:
    connect = module.Connection.connect.__func__
    module.Connection.connect = classmethod(_of_class(connect, made, module.Cursor))
    connect_waiting = module.AsyncConnection.connect.__func__
    module.AsyncConnection.connect = classmethod(_of_class(connect_waiting, made, None))
    module.connect = module.Connection.connect


def _of_class(connect: Any, made: _Leading, cursor: Any) -> Any:
    @wraps(connect)
    def led(cls: Any, *arguments: Any, **given: Any) -> Any:
        def of_class(*rest: Any, **options: Any) -> Any:
            return connect(cls, *rest, **options)

        return made.leading(of_class, cursor)(*arguments, **given)

    return led


def _asyncpg(module: Any, made: _Leading) -> None:
    module.connect = module.connection.connect = made.leading(module.connect)


_LED: Dict[str, Callable[[Any, _Leading], None]] = {"psycopg2": _psycopg2, "psycopg": _psycopg, "asyncpg": _asyncpg}
