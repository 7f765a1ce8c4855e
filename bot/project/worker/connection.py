"""Every connection of SQLAlchemy goes to the task's own database, whatever address the code computes.

A listener on the `Engine` class sees each connect, sync or async, of every driver. What would go round it (`creator=`,
a pool of the project's, a cloud connector) is never called: its pool gets the same connections as all others. Any
database that is not PostgreSQL is refused. `CREATE DATABASE` and its like do nothing: the task's database is there.
"""

import re
import sys
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any, Callable, Dict, Iterator, Optional, Tuple

import sqlalchemy
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import Pool

from . import drivers
from .problems import Problem

SYNC_DRIVERS = ("psycopg2", "psycopg", "psycopg2cffi", "pg8000", "asyncpg")
ASYNC_DRIVERS = ("asyncpg", "psycopg")
_OWN_MODULES = ("sqlalchemy.engine.create", "sqlalchemy.engine.strategies")  # the second up to 1.3
_TURN = "migration_bot_turn"
# What sqlalchemy_utils and hand-written code send before the first migration.
_ON_DATABASES = re.compile(r"\s*(?:CREATE|DROP|ALTER)\s+DATABASE\s", re.IGNORECASE)


class Redirect:
    """Where connections go at the moment; nowhere (None) while a task has no database.

    `used_at_import` says that the code connected while it was imported. What it did then, it did to that database
    alone, and would not do again in this process.
    """

    def __init__(self) -> None:
        self._address: Optional[Dict[str, Any]] = None
        self._turn = 0  # grows with each address
        self.driver = ""
        self.checkout = ""
        self.used_at_import = False
        self.stand_in: Any = None  # the dialect of a database without tables, for code that only wants some
        self._loading = False

    @property
    def address(self) -> Optional[Dict[str, Any]]:
        return self._address

    @address.setter
    def address(self, address: Optional[Dict[str, Any]]) -> None:
        self._address = address
        self._turn += 1

    def install(self) -> None:
        """Listen on all engines, and make a bare `postgresql://` use a driver that is installed."""
        event.listen(Engine, "do_connect", self.connect)
        event.listen(Pool, "connect", self._remember)
        event.listen(Pool, "checkout", self._refuse_old)
        event.listen(Engine, "before_cursor_execute", _leave_databases_alone, retval=True)
        self._guard_pools()
        drivers.install(self._parameters, _without_databases)
        _choose_default_driver()

    def connect(self, dialect: Any, *_: Any) -> Any:
        """A connection to the task's database by the driver of `dialect`; None leaves it to SQLAlchemy."""
        if self.stand_in is not None and dialect is self.stand_in:
            return None
        require_postgresql(dialect)
        given = self._parameters(dialect.driver)
        self.driver = dialect.driver
        with drivers.by_sqlalchemy():
            return dialect.connect(**given)

    def _parameters(self, driver: str) -> Dict[str, Any]:
        """How a driver reaches the task's database, for code that connects now."""
        if self.address is None:
            raise Problem("connection", "the code connects to a database while it is only being read")
        self.used_at_import = self.used_at_import or self._loading or _is_importing(self.checkout)
        return parameters(driver, self.address)

    def _remember(self, _connection: Any, record: Any) -> None:
        record.info[_TURN] = self._turn

    def _refuse_old(self, _connection: Any, record: Any, _fairy: Any) -> None:
        """An engine that a module keeps has connections to the database of an earlier task in its pool."""
        if record.info.get(_TURN) != self._turn:
            raise DisconnectionError("this connection leads to the database of an earlier task")

    def _guard_pools(self) -> None:
        """Connections that a pool makes on its own never come by the listener."""
        # Not in __init__: SQLAlchemy reads the names of its parameters.
        original: Any = Pool.__dict__["_creator"]

        def guarded(pool: Any, creator: Any) -> None:
            own = getattr(creator, "__module__", "") in _OWN_MODULES
            original.fset(pool, creator if own else self._creator(pool))

        setattr(Pool, "_creator", property(original.fget, guarded))  # noqa: B010  not in the type stubs

    def _creator(self, pool: Any) -> Callable[[], Any]:
        """Replaces the project's own `creator`; the engine passes the driver to its pool."""

        def connect() -> Any:
            dialect = pool._dialect
            if not hasattr(dialect, "driver"):
                raise Problem("creator", "a connection pool is used without an engine: its driver cannot be known")
            return self.connect(dialect)

        return connect

    @contextmanager
    def loading(self) -> Iterator[None]:
        """While an application is made, which a process does once."""
        self._loading = True
        try:
            yield
        finally:
            self._loading = False


def _is_importing(checkout: str) -> bool:
    """Whether a module of the checkout is being imported; env.py and migrations run again each time."""
    return any(
        getattr(getattr(module, "__spec__", None), "_initializing", False)
        and str(getattr(module, "__file__", None) or "").startswith(checkout)
        for module in list(sys.modules.values())
    )


redirect = Redirect()


def require_postgresql(dialect: Any) -> None:
    """Raise `Problem` for any other kind of database."""
    if dialect.name != "postgresql":
        raise Problem("dialect", "env.py connects to {} ({})".format(dialect.name, dialect.driver))


def parameters(driver: str, address: Dict[str, Any]) -> Dict[str, Any]:
    """The arguments of the driver's `connect` for an address; its host is a name or a socket's folder."""
    host, port, name = address["host"], int(address["port"]), address["dbname"]
    common = {"user": address["user"], "password": address["password"] or None}
    extra = dict(address.get("parameters", ()))
    if driver == "asyncpg":
        return dict(common, host=host, port=port, database=name, **_only(extra, "ssl", sslmode="ssl"))
    if driver == "pg8000":
        if host.startswith("/"):
            return dict(common, unix_sock="{}/.s.PGSQL.{}".format(host, port), database=name)
        return dict(common, host=host, port=port, database=name)
    # libpq: psycopg2, psycopg, psycopg2cffi
    return dict(common, host=host, port=port, dbname=name, **extra)


def _only(given: Dict[str, Any], *names: str, **renamed: str) -> Dict[str, Any]:
    found = {name: given[name] for name in names if name in given}
    found.update({new: given[old] for old, new in renamed.items() if old in given})
    return found


def _leave_databases_alone(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> Tuple[str, Any]:
    return _without_databases(statement), parameters


def _without_databases(statement: str) -> str:
    return "SELECT 1" if _ON_DATABASES.match(statement) else statement


def installed_driver(asynchronous: bool) -> Optional[str]:
    """The first driver that this Python has."""
    drivers = ASYNC_DRIVERS if asynchronous else SYNC_DRIVERS
    return next((driver for driver in drivers if find_spec(driver) is not None), None)


def _choose_default_driver() -> None:
    """SQLAlchemy's own choice for `postgresql://` has changed over time: the project's may be another."""
    from sqlalchemy.dialects import postgresql, registry  # noqa: PLC0415  slow to load, needed here only

    default = getattr(postgresql, "dialect").driver  # noqa: B009  not in the type stubs of all versions
    if find_spec(default) is not None:
        return
    driver = installed_driver(asynchronous=False)
    if driver is None:
        raise Problem("driver", "no PostgreSQL driver is installed in the project's Python", ["psycopg2"])
    name = "PGDialect_{}".format(driver)
    registry.register("postgresql", "sqlalchemy.dialects.postgresql.{}".format(driver), name)


def versions() -> Dict[str, str]:
    """The versions of the libraries that matter here."""
    import alembic  # noqa: PLC0415

    return {"sqlalchemy": sqlalchemy.__version__, "alembic": alembic.__version__}
