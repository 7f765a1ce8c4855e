"""A real server with one rich schema in a database that tests copy; see `rich.sql`."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.database.databases import Databases
from bot.schema.snapshots import Snapshot, take

RICH = Path(__file__).with_name("rich.sql")

# Runs SQL in a new copy of a database (in an empty one without a name) and reads what is there then.
After = Callable[..., Snapshot]


@pytest.fixture(scope="session")
def rich(databases: Databases) -> str:
    """The name of the database with the rich schema; only to be copied."""
    name = databases.create("rich")
    execute(databases, name, RICH.read_text("utf-8"))
    return name


@pytest.fixture(scope="session")
def rich_snapshot(databases: Databases, rich: str) -> Snapshot:
    return snapshot(databases, rich)


@pytest.fixture
def after(databases: Databases) -> After:
    def run(sql: str, copy_of: str | None = None) -> Snapshot:
        with databases.temporary("copy", copy_of) as name:
            execute(databases, name, sql)
            return snapshot(databases, name)

    return run


def execute(databases: Databases, name: str, sql: str) -> None:
    with closing(databases.connect(name)) as connection, connection.cursor() as cursor:
        cursor.execute("SET search_path = public")
        cursor.execute(sql)


def snapshot(databases: Databases, name: str, ignore: tuple[tuple[str, str], ...] = ()) -> Snapshot:
    with closing(databases.connect(name)) as connection:
        return take(connection, ignore)
