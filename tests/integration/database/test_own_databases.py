"""What the project's role may do as the owner of its databases: nothing of it stops the bot, or stays."""

from urllib.parse import quote

import pytest

from bot.database.databases import Databases
from bot.database.servers import Context, Server, start
from bot.errors import BotError, ProjectError
from bot.schema.snapshots import take
from tests.support.servers import ask

pytestmark = pytest.mark.usefixtures("as_others_have")
ACTS = {
    "a template": "ALTER DATABASE {name} IS_TEMPLATE true",
    "no connections": "ALTER DATABASE {name} ALLOW_CONNECTIONS false",
    "a limit of connections": "ALTER DATABASE {name} CONNECTION LIMIT 0",
    "nobody may connect": "REVOKE ALL ON DATABASE {name} FROM PUBLIC; REVOKE ALL ON DATABASE {name} FROM CURRENT_USER",
    "everybody may connect": "GRANT ALL ON DATABASE {name} TO PUBLIC",
    "read only": "ALTER DATABASE {name} SET default_transaction_read_only = on",
    "its own password": "ALTER ROLE CURRENT_USER PASSWORD 'mine'",
    "no password": "ALTER ROLE CURRENT_USER PASSWORD NULL",
    "its own settings": "ALTER ROLE CURRENT_USER SET statement_timeout = 1; ALTER ROLE CURRENT_USER SET role = 'none'",
    "its own settings here": "ALTER ROLE CURRENT_USER IN DATABASE {name} SET search_path = nowhere",
    "all that it owns": "DROP OWNED BY CURRENT_USER CASCADE",
    "another one of its databases": "DROP DATABASE {other}",
    "the public schema": "DROP SCHEMA public CASCADE",
}
LEFT = "SELECT datname FROM pg_database WHERE datname ~ '^migration_bot_[0-9a-f]{8}_'"


def _read(databases: Databases, name: str) -> None:
    with databases.session(name) as connection:
        snapshot = take(connection)
    with databases.reading_session(name) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert snapshot is not None


def _connect(databases: Databases, name: str) -> None:
    databases.address(name).connect().close()


def _copy(databases: Databases, name: str) -> None:
    databases.drop(databases.create("copy", name))


@pytest.mark.parametrize("what", ACTS)
def test_what_the_owner_does_is_the_projects_fault_or_nothing_and_nothing_stays(
    server: Server, context: Context, what: str
) -> None:
    """A template stayed for good. And "the server refused", exit 3, sends people to a server that is well."""
    admin = server.admin
    url = f"postgresql://{admin.user}:{quote(admin.password, safe='')}@/{admin.dbname}?host={quote(admin.host)}"
    with start(url, context) as by_url, Databases(by_url) as databases:
        name, other = databases.create("owned"), databases.create("other")
        for statement in ACTS[what].format(name=name, other=other).split("; "):
            ask(databases.address(other if "other" not in statement else name), statement)
        for step in (_read, _connect, _copy):
            try:
                with databases.translating_server_failures():
                    step(databases, name)
            except BotError as error:
                assert isinstance(error, ProjectError), error  # noqa: PT017  that there is none is as well
    assert ask(admin, LEFT) == []
