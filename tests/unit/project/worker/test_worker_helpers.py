"""Small pure parts of the worker: connection parameters, names of missing settings, index definitions."""

from typing import Any

import pytest
from sqlalchemy.exc import ArgumentError

from bot.project.worker import indexes, schema
from bot.project.worker.connection import parameters
from bot.project.worker.environ import Environ
from bot.project.worker.missing import names_in

SOCKET = {"host": "/run/pg", "port": 5433, "user": "u", "password": "p", "dbname": "d", "parameters": []}


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg", "psycopg2cffi"])
def test_libpq_drivers(driver: str) -> None:
    given = {**SOCKET, "parameters": [["sslmode", "require"]]}
    expected = {"host": "/run/pg", "port": 5433, "user": "u", "password": "p", "dbname": "d"}
    assert parameters(driver, given) == {**expected, "sslmode": "require"}


def test_asyncpg() -> None:
    expected = {"host": "/run/pg", "port": 5433, "user": "u", "password": "p", "database": "d"}
    assert parameters("asyncpg", SOCKET) == expected
    assert parameters("asyncpg", {**SOCKET, "parameters": [["sslmode", "require"]]}) == {**expected, "ssl": "require"}


def test_pg8000() -> None:
    assert parameters("pg8000", SOCKET)["unix_sock"] == "/run/pg/.s.PGSQL.5433"
    assert parameters("pg8000", {**SOCKET, "host": "db"})["host"] == "db"


class Asked:
    """An environment that was asked for some names."""

    def __init__(self, absent: set[str], required: list[str]) -> None:
        self.absent = absent
        self.required = required


@pytest.mark.parametrize(
    ("error", "names"),
    [
        (KeyError("SHOP_KEY"), ["SHOP_KEY"]),
        (KeyError("other"), []),
        (RuntimeError("SHOP_MAIL is not set"), ["SHOP_MAIL"]),
        (ValueError("Declare SHOP_MAIL or SHOP_KEY"), ["SHOP_MAIL", "SHOP_KEY"]),
        (ValueError("NOTHING that was asked for"), []),
        (ImportError("SHOP_MAIL"), []),
        (type("NoRegionError", (Exception,), {})("You must specify a region."), ["AWS_DEFAULT_REGION"]),
    ],
)
def test_names_in_exceptions(error: BaseException, names: list[str]) -> None:
    environ: Any = Asked({"SHOP_KEY", "SHOP_MAIL"}, ["SHOP_KEY"])
    assert names_in(error, environ) == names


def test_names_in_what_an_exception_was_raised_from() -> None:
    environ: Any = Asked({"SHOP_KEY"}, ["SHOP_KEY"])
    error = RuntimeError("no settings")
    error.__cause__ = KeyError("SHOP_KEY")
    assert names_in(error, environ) == ["SHOP_KEY"]


def test_the_environment_is_not_taken_over_by_importing() -> None:
    import os  # noqa: PLC0415

    assert not isinstance(os.environ, Environ)


@pytest.mark.parametrize(
    ("definition", "columns", "where"),
    [
        ("CREATE INDEX i ON public.t USING btree (a)", ["a"], None),
        ('CREATE UNIQUE INDEX i ON t USING gin (a, "b ""c")', ["a", 'b "c'], None),
        ("CREATE INDEX i ON t USING btree (a) WHERE (a > 0)", ["a"], "(a > 0)"),
    ],
)
def test_simple_indexes_are_read_from_their_definition(definition: str, columns: list[str], where: str | None) -> None:
    match = indexes._PLAIN.match(definition)
    assert match is not None
    made = indexes._from_definition({"name": "i", "table": "t", "schema": "public"}, match)
    assert (made.columns, made.unique) == (columns, "UNIQUE" in definition)
    assert getattr(made.kw.get("postgresql_where"), "sql", None) == where


@pytest.mark.parametrize(
    "definition",
    [
        "CREATE INDEX i ON t USING btree (a DESC)",
        "CREATE INDEX i ON t USING btree (lower(a))",
        "CREATE INDEX i ON t USING gin (a gin_trgm_ops)",
        "CREATE INDEX i ON t USING btree (a) INCLUDE (b)",
        "CREATE INDEX i ON t USING btree (a) WITH (fillfactor='70')",
    ],
)
def test_other_indexes_are_left_to_their_definition(definition: str) -> None:
    assert indexes._PLAIN.match(definition) is None


class _PyGreSQL:
    """What SQLAlchemy 1.3 and this driver are to each other: the dialect has no such level, the connection does."""

    autocommit = False

    @property
    def connection(self) -> "_PyGreSQL":
        return self

    dialect = dbapi_connection = connection

    def commit(self) -> None: ...

    def set_isolation_level(self, _connection: Any, level: str) -> None:
        raise ArgumentError(f"Invalid value {level!r} for isolation_level")


def test_a_driver_that_has_autocommit_of_its_own() -> None:
    connection = _PyGreSQL()
    with schema._autocommit(connection):
        assert connection.autocommit
    assert not connection.autocommit
