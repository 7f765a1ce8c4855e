"""`--database postgresql://…`: a server that others use as well, on which the bot is a careful guest.

In: a URL whose role may create databases. Out: that server, and for the project's code a role of its own.
Where that role reaches more than this run's databases, or where none can be made, the server is refused unless the
settings accept it. The roles are dropped at the end; what was there before is never touched.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case
from psycopg2.extensions import make_dsn, parse_dsn
from psycopg2.sql import SQL, Composable, Identifier, Literal

from bot.database import leftovers, shared_server
from bot.database.addresses import CONNECT_TIMEOUT, Address
from bot.database.passwords import new_password, verifier
from bot.database.roles import version_text
from bot.database.servers import Context, Server
from bot.errors import ReportedUsageError, ToolError

SCHEME = re.compile(r"^postgres(ql)?(\+\w+)?://")
CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))
OWN_MACHINE = {"localhost", "127.0.0.1", "::1"}
ADDRESS_KEYS = {"host", "hostaddr", "port", "user", "password", "dbname"}


@dataclass(frozen=True)
class Rights:
    superuser: bool
    databases: bool
    roles: bool


def claims(spec: str) -> bool:
    """Whether `spec` is a PostgreSQL URL; a driver's name in it, as SQLAlchemy has them, does no harm."""
    return SCHEME.match(spec) is not None


@contextmanager
def start(spec: str, context: Context) -> Iterator[Server]:
    """Connect to the server; it is only left alone at the end.

    Raises `ReportedUsageError` when the URL cannot be read, its role may not create databases or the project's code
    cannot be kept apart, `ToolError` when the server cannot be reached.
    """
    admin = _address(_settings(spec))
    with closing(leftovers.lasting_session(admin)) as connection:
        rights = _rights(connection)
        if not rights.databases:
            raise ReportedUsageError(
                f"role {admin.user!r} may not create databases on {admin.host}",
                f"Have a superuser run `ALTER ROLE {admin.user} CREATEDB`, or give another URL.",
            )
        prefix = leftovers.claimed_prefix(connection)
        leftovers.sweep(admin, connection)
        server = Server(
            version=version_text(connection.server_version),
            major=connection.server_version // 10_000,
            admin=admin,
            project=replace(admin, trusted=False),
            reader=admin,
            setup_role=admin.user,
            private=False,
            file_copy=False,  # it forces checkpoints, which are dear where data is kept for good
            prefix=prefix,
        )
        if not rights.roles:
            if not context.shared_server:
                raise shared_server.refuse_role(admin.user)
            note = f"The project's code ran as {admin.user!r}, the URL's own role, which may not create roles."
            yield replace(server, notes=(note,))
            return
        with _own_roles(server, rights) as guarded:
            others = shared_server.databases_of_others(connection, guarded.project)
            if others and not context.shared_server:
                raise shared_server.refuse(others)
            yield replace(guarded, notes=(shared_server.note(others),) if others else ())


def _settings(spec: str) -> dict[str, str]:
    try:
        settings: dict[str, str] = parse_dsn(SCHEME.sub("postgresql://", spec))
    except psycopg2.ProgrammingError:
        # The parser's own words would repeat the URL, password included.
        raise ReportedUsageError(
            "the database URL cannot be read",
            "Write `postgresql://user:password@host:port/database`; percent-encode special characters.",
        ) from None
    return {"dbname": "postgres", "connect_timeout": str(CONNECT_TIMEOUT)} | settings


def _address(settings: dict[str, str]) -> Address:
    """The address with the blanks filled in as libpq does: password file, environment, defaults."""
    try:
        connection = psycopg2.connect(make_dsn(**settings))
    except psycopg2.OperationalError as error:
        password = settings.get("password", "")
        words = str(error).strip().replace(password, "***") if password else str(error).strip()
        host = settings.get("host", "")
        raise ToolError(
            f"cannot connect to the database server: {words}",
            advice(host, in_container=any(mark.exists() for mark in CONTAINER_MARKS)),
            kind="connection",
        ) from None
    with closing(connection):
        info = connection.info
        return Address(
            host=info.host,
            port=info.port,
            user=info.user,
            password=info.password or "",
            dbname=info.dbname,
            parameters=tuple(sorted((k, v) for k, v in settings.items() if k not in ADDRESS_KEYS)),
            trusted=True,
        )


def advice(host: str, *, in_container: bool) -> str:
    """What to do when `host` cannot be reached."""
    if in_container and host in OWN_MACHINE:
        return (
            f"{host!r} is this container itself. For a service of the same GitHub job use its name as the "
            "host, for example `postgresql://postgres:postgres@postgres:5432/postgres`."
        )
    return "Check host, port, user and password, and that the server accepts connections from here."


def _rights(connection: Connection) -> Rights:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolcreatedb OR rolsuper, rolcreaterole OR rolsuper"
            " FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) current_user"
        )
        [row] = cursor.fetchall()
    return Rights(*row)


@contextmanager
def _own_roles(server: Server, rights: Rights) -> Iterator[Server]:
    """A role for the project's code and, under a superuser, one for `--setup` and one to read rows; dropped at the end.

    Whoever is no superuser cannot make a role that row security does not bind: rows are read as the project's own.
    """
    project, setup, reader = (f"{server.prefix}{what}" for what in ("project", "setup", "reader"))
    password, reading = new_password(), new_password()
    commands = [
        SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(Identifier(project), Literal(verifier(password))),
        # Only a member of a role may give it a database.
        SQL("GRANT {} TO CURRENT_USER").format(Identifier(project)),
    ]
    if rights.superuser:
        commands[1:] = [
            SQL("CREATE ROLE {} SUPERUSER NOLOGIN").format(Identifier(setup)),
            SQL("CREATE ROLE {} LOGIN BYPASSRLS PASSWORD {} IN ROLE {}").format(
                Identifier(reader), Literal(verifier(reading)), Identifier(project)
            ),
        ]
    as_project = replace(server.admin, user=project, password=password)
    try:
        _run(server.admin, commands)
        yield replace(
            server,
            project=replace(as_project, trusted=False),
            reader=replace(server.admin, user=reader, password=reading) if rights.superuser else as_project,
            setup_role=setup if rights.superuser else project,
        )
    except BaseException:
        with suppress(ToolError):
            leftovers.drop_roles(server.admin, setup, reader, project)
        raise
    leftovers.drop_roles(server.admin, setup, reader, project)


def _run(admin: Address, commands: Sequence[Composable]) -> None:
    try:
        with closing(admin.connect()) as connection, connection.cursor() as cursor:
            for command in commands:
                cursor.execute(command)
    except psycopg2.Error as error:
        raise leftovers.refused(admin, error) from error
