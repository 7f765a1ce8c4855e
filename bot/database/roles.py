"""The roles of a server: for the bot, for the project's code, for `--setup`.

In: the administrator's address. Out: a `Server` with a project role that can do nothing but own
its databases: no superuser, no new roles or databases, no other database of the server. And a reader: where tables
have index expressions, the server's planner runs the project's functions for whoever reads a row, so no superuser does.
"""

from dataclasses import replace

import psycopg2.errors
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case
from psycopg2.sql import SQL, Identifier, Literal

from bot.database.addresses import Address
from bot.database.passwords import QUICK, new_password, verifier
from bot.database.servers import Server

PROJECT = "project"
SETUP = "migration_bot_setup"
READER = "migration_bot_reader"


_ROLES = (
    "ALTER ROLE {admin} PASSWORD {secret};"
    "CREATE ROLE {project} LOGIN PASSWORD {password};"
    "CREATE ROLE {setup} SUPERUSER NOLOGIN;"
    "CREATE ROLE {reader} LOGIN BYPASSRLS PASSWORD {reading} IN ROLE {memberships};"
    "REVOKE CONNECT ON DATABASE {databases} FROM PUBLIC"
)


def secure(admin: Address, notes: tuple[str, ...] = ()) -> Server:
    """Make the roles of a private server and give its superuser a password that only this run knows."""
    secret, project, reader = new_password(), new_password(), new_password()
    connection = admin.connect()
    # All of a private server's databases are this run's: the reader may read what its owner has taken from itself, too.
    memberships = [PROJECT, *(["pg_read_all_data"] if connection.server_version >= 140_000 else [])]
    try:
        with connection.cursor() as cursor:
            # One message: every round trip counts towards the start.
            cursor.execute(
                SQL(_ROLES).format(
                    admin=Identifier(admin.user),
                    secret=Literal(verifier(secret, QUICK)),
                    project=Identifier(PROJECT),
                    password=Literal(verifier(project)),
                    setup=Identifier(SETUP),
                    reader=Identifier(READER),
                    memberships=SQL(", ").join(map(Identifier, memberships)),
                    reading=Literal(verifier(reader, QUICK)),
                    databases=SQL(", ").join(map(Identifier, sorted({"template1", admin.dbname}))),
                )
            )
        number = connection.server_version
    finally:
        connection.close()
    return Server(
        version=version_text(number),
        major=number // 10_000,
        admin=replace(admin, password=secret),
        project=replace(admin, user=PROJECT, password=project, trusted=False),
        reader=replace(admin, user=READER, password=reader),
        setup_role=SETUP,
        private=True,
        file_copy=number >= 150_000,
        notes=notes,
    )


def version_text(number: int) -> str:
    """`PostgreSQL 15.18` for 150018."""
    return f"PostgreSQL {number // 10_000}.{number % 10_000}"


def drop_database(connection: Connection, name: str) -> None:
    """Drop a database of a run; the project's role owns it, and may have made it a template, which is not dropped."""
    command = SQL("DROP DATABASE IF EXISTS {}").format(Identifier(name))
    with connection.cursor() as cursor:
        try:
            cursor.execute(command)
        except psycopg2.errors.WrongObjectType:
            cursor.execute(SQL("ALTER DATABASE {} IS_TEMPLATE false").format(Identifier(name)))
            cursor.execute(command)


def terminate(connection: Connection, database: str) -> int:
    """Ask all other sessions of `database` to end; returns how many are still there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity"
            " WHERE datname OPERATOR(pg_catalog.=) %s AND pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()",
            (database,),
        )
        return cursor.rowcount
