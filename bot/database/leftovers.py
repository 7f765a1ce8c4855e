"""What a run has made on somebody else's server, and what a run that was killed has left there.

In: the administrator's address. Out: nothing stays. A run holds an advisory lock on the number in its prefix while its
session lasts; the server frees it when the run ends in whatever way, and what has such a prefix is left over.
"""

import re
import secrets
from contextlib import closing, suppress

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case
from psycopg2.sql import SQL, Identifier

from bot.database.addresses import Address
from bot.database.roles import drop_database, terminate
from bot.errors import ToolError

_NAME = re.compile(r"migration_bot_([0-9a-f]{8})_.*", re.DOTALL)
_LOCKS = 0x6D626F74  # ours among all advisory locks
USUAL = "postgres"  # the database that every server has, and that holds nothing


def lasting_session(admin: Address) -> Connection:
    """A session for the whole run, outside of template databases where there is another one.

    A template in which somebody has a session is not copied. Raises `ToolError` when the server cannot be reached.
    """
    connection = admin.connect()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datname, datistemplate FROM pg_catalog.pg_database"
            " WHERE datallowconn AND pg_catalog.has_database_privilege(oid, 'CONNECT')"
            " ORDER BY datname OPERATOR(pg_catalog.<>) %s, datname",
            (USUAL,),
        )
        places = {name: is_template for name, is_template in cursor.fetchall() if not is_of_a_run(name)}
    if not places.get(admin.dbname, False):
        return connection
    connection.close()
    for name in (name for name, is_template in places.items() if not is_template):
        with suppress(ToolError):
            return admin.with_database(name).connect()
    raise ToolError(
        f"no database of the server {admin.host} can be connected to but {admin.dbname}, which has to be left alone",
        "Name another database in the URL, or have one created that the URL's role may connect to.",
        kind="server",
    )


def claimed_prefix(connection: Connection) -> str:
    """What all names of this run begin with; it is the run's while the session lasts."""
    number = secrets.randbits(32)
    with connection.cursor() as cursor:
        signed = number - (1 << 32) if number >> 31 else number
        cursor.execute("SELECT pg_catalog.pg_advisory_lock(%s, %s)", (_LOCKS, signed))
    return f"migration_bot_{number:08x}_"


def sweep(admin: Address, connection: Connection) -> None:
    """Remove databases and roles of runs that are no more; what cannot be removed stays."""
    databases = _names(connection, "SELECT datname FROM pg_catalog.pg_database")
    roles = _names(connection, "SELECT rolname FROM pg_catalog.pg_roles")
    if not databases and not roles:
        return
    # After the names: a run has its lock before it makes anything.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objid::bigint FROM pg_catalog.pg_locks"
            " WHERE locktype OPERATOR(pg_catalog.=) 'advisory' AND classid OPERATOR(pg_catalog.=) %s::oid",
            (_LOCKS,),
        )
        alive = {f"{number:08x}" for (number,) in cursor.fetchall()}
    for name in (name for name, mark in databases.items() if mark not in alive):
        with suppress(psycopg2.Error):
            terminate(connection, name)
            drop_database(connection, name)
    for name in (name for name, mark in roles.items() if mark not in alive):
        with suppress(ToolError):
            drop_roles(admin, name)


def drop_roles(admin: Address, *roles: str) -> None:
    """Drop each, with what it has left in databases that are not this run's: large objects, privileges."""
    failure = None
    with closing(admin.connect()) as connection:
        for role in roles:
            try:
                _drop(admin, connection, role)
            except psycopg2.Error as error:
                failure = error
    if failure is not None:
        raise refused(admin, failure) from failure


def refused(admin: Address, error: Exception) -> ToolError:
    return ToolError(
        f"the database server refused: {admin.hide(str(error).strip())}",
        "Check the rights of the URL's role; roles named `migration_bot_…` may be dropped by hand.",
        kind="server",
    )


def is_of_a_run(name: str) -> bool:
    """Whether a database or role is named as those of runs are."""
    return _NAME.fullmatch(name) is not None


def _names(connection: Connection, query: str) -> dict[str, str]:
    """The names that are runs', with the number of the run."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = ((name, _NAME.fullmatch(name)) for (name,) in cursor.fetchall())
    return {name: match[1] for name, match in found if match}


def _drop(admin: Address, connection: Connection, role: str) -> None:
    command = SQL("DROP ROLE IF EXISTS {}").format(Identifier(role))
    with connection.cursor() as cursor:
        try:
            cursor.execute(command)
        except psycopg2.errors.DependentObjectsStillExist:
            for name in _databases_of(connection, role):
                with closing(admin.with_database(name).connect()) as other, other.cursor() as there:
                    there.execute(SQL("DROP OWNED BY {} CASCADE").format(Identifier(role)))
            cursor.execute(command)


def _databases_of(connection: Connection, role: str) -> list[str]:
    """Where something belongs to a role, or says something of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT datname FROM pg_catalog.pg_shdepend s, pg_catalog.pg_database d, pg_catalog.pg_roles r"
            " WHERE s.refobjid OPERATOR(pg_catalog.=) r.oid AND r.rolname OPERATOR(pg_catalog.=) %s"
            " AND (s.dbid OPERATOR(pg_catalog.=) d.oid OR s.dbid OPERATOR(pg_catalog.=) 0::oid AND"
            " d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()) AND d.datallowconn",
            (role,),
        )
        return [name for (name,) in cursor.fetchall()]
