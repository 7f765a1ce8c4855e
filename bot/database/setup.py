"""`--setup`: SQL that prepares every database, run once in the one that all others are copied from.

In: scripts, already read. Out: a template whose objects belong to the project's role, as if the
project had made them. They run as a superuser (extensions, tablespaces, roles), but not as the one that owns
the system's own objects: `REASSIGN OWNED` refuses that.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case
from psycopg2.sql import SQL, Identifier

from bot.database import missing_extensions
from bot.database.databases import Databases
from bot.database.servers import Server
from bot.errors import ExtensionNeededError, ReportedUsageError
from bot.sqltext.statements import split

SHOWN = 300  # characters of a statement in an error

# Only superusers may own these, and the function behind an event trigger runs as whoever sets it off.
SUPERUSER_ONLY = (
    "SELECT format('ALTER EVENT TRIGGER %%I OWNER TO CURRENT_USER', evtname)"
    " FROM pg_event_trigger WHERE evtowner = %(role)s::regrole",
    "SELECT format('ALTER FUNCTION %%s OWNER TO CURRENT_USER', evtfoid::regprocedure)"
    " FROM pg_event_trigger JOIN pg_proc p ON p.oid = evtfoid WHERE proowner = %(role)s::regrole",
    "SELECT format('ALTER FOREIGN DATA WRAPPER %%I OWNER TO CURRENT_USER', fdwname)"
    " FROM pg_foreign_data_wrapper WHERE fdwowner = %(role)s::regrole",
)
# What the setup's roles own, the project's migrations may want to hand over; never a way to more power.
HARMLESS_ROLES = (
    "SELECT rolname FROM pg_roles r WHERE rolname NOT LIKE 'pg\\_%' AND NOT EXISTS ("
    "  SELECT FROM pg_roles s WHERE (s.rolsuper OR s.rolcreaterole OR s.rolname LIKE 'pg\\_%')"
    "  AND pg_has_role(r.oid, s.oid, 'member'))"
)


def run_setup(databases: Databases, scripts: Sequence[str]) -> None:
    """Run `scripts` in a new database and make it the template of all that are created later.

    Raises `ReportedUsageError` that quotes the statement and the server's words when one fails, `ExtensionNeededError`
    where it makes an extension that other programs of this machine have.
    """
    if not scripts:
        return
    server = databases.server
    name = databases.create("setup")
    with closing(databases.connect(name)) as reader:
        before = _harmless_roles(reader)
    # The scripts are the user's own: they go by the path that every session has.
    address = replace(server.admin.with_database(name), trusted=False)
    with closing(address.connect(options=f"-c role={server.setup_role}")) as connection:
        for script in scripts:
            _run(connection, script, server.elsewhere)
    if server.setup_role != server.project.user:
        with closing(databases.connect(name)) as admin:
            _hand_over(admin, server, before)
    databases.template = name


def _run(connection: Connection, script: str, elsewhere: Callable[[str], bool]) -> None:
    for statement in split(script):
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
        except psycopg2.Error as error:
            lacking = missing_extensions.unavailable(str(error))
            if lacking is not None and elsewhere(lacking.name):
                raise ExtensionNeededError(lacking.name) from error
            raise ReportedUsageError(
                f"--setup failed: {str(error).strip()}\nin: {_short(statement)}", _advice(error)
            ) from error
    if connection.info.transaction_status != TRANSACTION_STATUS_IDLE:
        raise ReportedUsageError(
            f"--setup begins a transaction that it does not end: {_short(script)}",
            "Add COMMIT, or leave BEGIN out.",
        )


def _advice(error: psycopg2.Error) -> str:
    lacking = missing_extensions.unavailable(str(error))
    if lacking is not None:
        return lacking.advice
    return "Correct the SQL of `--setup` (action input `setup`); try it with psql on an empty database."


def _hand_over(connection: Connection, server: Server, before: set[str]) -> None:
    project, role = Identifier(server.project.user), Identifier(server.setup_role)
    try:
        with connection.cursor() as cursor:
            for query in SUPERUSER_ONLY:
                cursor.execute(query, {"role": server.setup_role})
                for (command,) in cursor.fetchall():
                    cursor.execute(command)
            cursor.execute(SQL("REASSIGN OWNED BY {} TO {}").format(role, project))
            for made in sorted(_harmless_roles(connection) - before):
                cursor.execute(SQL("GRANT {} TO {}").format(Identifier(made), project))
    except psycopg2.Error as error:
        raise ReportedUsageError(
            f"--setup made something that the project's role cannot own: {str(error).strip()}",
            "Give it to a role of its own with `ALTER … OWNER TO`.",
        ) from error


def _harmless_roles(connection: Connection) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(HARMLESS_ROLES)
        return {name for (name,) in cursor.fetchall()}


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
