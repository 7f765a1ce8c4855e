"""The roles of a server: who the bot is, who the project's code is, who runs `--setup`.

Comes in: the administrator's address. Goes out: a `Server` with a project role that can do nothing but own
its databases: no superuser, no new roles or databases, no other database of the server.
"""

from dataclasses import replace

from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case
from psycopg2.sql import SQL, Identifier, Literal

from bot.database.addresses import Address
from bot.database.passwords import QUICK, new_password, verifier
from bot.database.servers import Server

PROJECT = "project"
SETUP = "migration_bot_setup"


def secure(admin: Address, notes: tuple[str, ...] = ()) -> Server:
    """Make the roles of a private server and give its superuser a password that only this run knows."""
    secret, project = new_password(), new_password()
    connection = admin.connect()
    try:
        with connection.cursor() as cursor:
            # One message: every round trip counts towards the start.
            cursor.execute(
                SQL(
                    "ALTER ROLE {admin} PASSWORD {secret};"
                    "CREATE ROLE {project} LOGIN PASSWORD {password};"
                    "CREATE ROLE {setup} SUPERUSER NOLOGIN;"
                    "REVOKE CONNECT ON DATABASE {databases} FROM PUBLIC"
                ).format(
                    admin=Identifier(admin.user),
                    secret=Literal(verifier(secret, QUICK)),
                    project=Identifier(PROJECT),
                    password=Literal(verifier(project)),
                    setup=Identifier(SETUP),
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
        project=replace(admin, user=PROJECT, password=project),
        setup_role=SETUP,
        private=True,
        file_copy=number >= 150_000,
        notes=notes,
    )


def version_text(number: int) -> str:
    """`PostgreSQL 15.18` for 150018."""
    return f"PostgreSQL {number // 10_000}.{number % 10_000}"


def terminate(connection: Connection, database: str) -> int:
    """Ask all other sessions of `database` to end; returns how many are still there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            (database,),
        )
        return cursor.rowcount
