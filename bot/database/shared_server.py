"""What else the project's code could reach on a shared server: as PUBLIC, or as the URL's role.

In: a server that a URL names, before anything of the project's runs. Out: a word for each thing within reach. Databases
in which there is nothing are none: what the project's role leaves there goes at the end.
"""

from contextlib import closing

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.database.addresses import Address
from bot.database.leftovers import is_of_a_run
from bot.errors import ReportedUsageError, ToolError

SETTING = "allow-shared-server"
_MANY = 50  # databases; whoever has more of them has something in them
_SHOWN = 10
_REACHABLE = (
    "SELECT datname FROM pg_catalog.pg_database WHERE datallowconn"
    " AND pg_catalog.has_database_privilege(%s, oid, 'CONNECT') ORDER BY datname"
)
# Objects that somebody has made: the system's own have lower numbers.
_SOMETHING = (
    "SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid)"
    " OR EXISTS (SELECT FROM pg_catalog.pg_proc WHERE oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid)"
    " OR EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata)"
)


def databases_of_others(connection: Connection, project: Address) -> list[str]:
    """Databases with something in them that the project's role may connect to."""
    with connection.cursor() as cursor:
        cursor.execute(_REACHABLE, (project.user,))
        names = [name for (name,) in cursor.fetchall() if not is_of_a_run(name)]
    return [name for name in names if len(names) > _MANY or _has_something(project.with_database(name))]


def _has_something(address: Address) -> bool:
    try:
        with closing(address.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(_SOMETHING)
            return bool(cursor.fetchall()[0][0])
    except ToolError:
        return False  # the server lets nobody in: pg_hba.conf
    except psycopg2.Error:
        return True


def note(names: list[str]) -> str:
    """For the report."""
    shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    return f"The project's code could connect to other databases of the server: {shown}"


def refuse(names: list[str]) -> ReportedUsageError:
    """PUBLIC may connect to every database, unless somebody has revoked it."""
    quoted = ", ".join('"' + name.replace('"', '""') + '"' for name in names[:_SHOWN])
    return ReportedUsageError(
        note(names),
        f"Have their owner run `REVOKE CONNECT ON DATABASE {quoted} FROM PUBLIC`, take a server that holds nothing "
        f"else (`--database embedded`), or accept it with `--{SETTING}` (input and setting `{SETTING}`).",
    )


def refuse_role(user: str) -> ReportedUsageError:
    return ReportedUsageError(
        f"the project's code would run as {user!r}, the URL's own role, which may not create roles",
        f"Have a superuser run `ALTER ROLE {user} CREATEROLE`, give another URL, "
        f"or accept it with `--{SETTING}` (input and setting `{SETTING}`).",
    )
