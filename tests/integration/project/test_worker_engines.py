"""Engines that the project makes when it is imported: their pools work as ever, and lead to the task's own database."""

from pathlib import Path

import pytest

from bot.database.databases import Databases
from bot.errors import ProjectError
from bot.schema.snapshots import take
from tests.integration.project.conftest import NewWorker
from tests.support import projects
from tests.support.troubleshooting import appears

ENV = """
from alembic import context
from database import engine
from models import Base

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
SQLITE = """
from sqlalchemy import create_engine
engine = create_engine("sqlite:////data/app.db", connect_args={"check_same_thread": False}, pool_pre_ping=True)
"""


def test_an_engine_of_sqlite_is_refused_or_led_to_postgresql(new_worker: NewWorker, databases: Databases) -> None:
    """Many projects have a file of SQLite for development in their code, and PostgreSQL elsewhere."""
    files = {"database.py": SQLITE, "migrations/env.py": ENV}
    address = databases.address(databases.create("sqlite"))
    with pytest.raises(ProjectError) as caught:
        new_worker(files).upgrade(address)
    assert caught.value.kind == "dialect"
    assert new_worker(files, any_database=True).upgrade(address).revisions == ["a1"]


OPTIONS = [
    "",
    "pool_pre_ping=True, pool_recycle=3600",
    "pool_size=1, max_overflow=0, pool_reset_on_return='commit'",
    "echo_pool=True",
]


@pytest.mark.parametrize("options", OPTIONS)
def test_an_engine_of_a_module_leads_to_each_tasks_own_database(
    new_worker: NewWorker, databases: Databases, options: str
) -> None:
    engine = f"from sqlalchemy import create_engine\nengine = create_engine('postgresql+psycopg2://a@b/c', {options})\n"
    worker = new_worker({"database.py": engine, "migrations/env.py": ENV})
    first, second = (databases.address(databases.create(name)) for name in ("first", "second"))
    assert worker.upgrade(first).revisions == ["a1"]
    assert worker.upgrade(second).revisions == ["a1"]
    worker.downgrade(first, "base")
    assert worker.upgrade(second).revisions == []
    assert worker.upgrade(first).revisions == ["a1"]


def test_a_connection_that_was_ended_meanwhile_is_not_used(new_worker: NewWorker, databases: Databases) -> None:
    """A copy of a database ends its sessions, those in a pool of the project's included."""
    engine = "from sqlalchemy import create_engine\nengine = create_engine('postgresql+psycopg2://a@b/c')\n"
    worker = new_worker({"database.py": engine, "migrations/env.py": ENV})
    name = databases.create("copied")
    worker.upgrade(databases.address(name))
    with databases.temporary("copy", name):
        worker.downgrade(databases.address(name), "base")


MADE = {
    "a creator": "engine = create_engine('postgresql://', creator=lambda: psycopg2.connect(host='db.invalid'))\n",
    "a pool": (
        "from sqlalchemy.pool import QueuePool\n"
        "engine = create_engine('postgresql://', pool=QueuePool(lambda: psycopg2.connect(host='db.invalid')))\n"
    ),
    "a listener": (
        "from sqlalchemy import event\nengine = create_engine('postgresql://a@db.invalid/c')\n"
        "event.listen(engine, 'do_connect', lambda *_: psycopg2.connect(host='db.invalid'), insert=True)\n"
    ),
}


@pytest.mark.parametrize("way", MADE)
def test_whatever_makes_the_connection_leads_to_the_tasks_database(
    new_worker: NewWorker, databases: Databases, way: str
) -> None:
    """As cloud connectors and tokens that take the place of passwords do."""
    worker = new_worker(
        {"database.py": "import psycopg2\nfrom sqlalchemy import create_engine\n" + MADE[way], "migrations/env.py": ENV}
    )
    assert worker.upgrade(databases.address(databases.create("made"))).revisions == ["a1"]


WAITING = """
import time
import psycopg2
from psycopg2.extras import RealDictCursor
while True:
    try:
        connection = psycopg2.connect(
            host="localhost", database="shop", user="a", password="b", sslmode="require", cursor_factory=RealDictCursor
        )
        connection.autocommit = True
        cursor = connection.cursor()
        break
    except psycopg2.OperationalError:
        time.sleep(2)
cursor.execute("SELECT 1 AS there FROM pg_database WHERE datname = %s", ("shop",))
if cursor.fetchone() is None:
    cursor.execute("CREATE DATABASE shop")
assert cursor.execute("SELECT 1 AS there") or cursor.fetchone() == {"there": 1}
from sqlalchemy import create_engine
engine = create_engine("postgresql+psycopg2://a@b/c")
"""


def test_a_module_that_waits_for_its_database_by_the_driver_itself_finds_it(
    new_worker: NewWorker, databases: Databases
) -> None:
    worker = new_worker({"database.py": WAITING, "migrations/env.py": ENV}, timeout=30.0)
    first, second = (databases.address(databases.create(name)) for name in ("waited", "again"))
    assert worker.upgrade(first).revisions == ["a1"]
    assert worker.upgrade(second).revisions == ["a1"]


BY_DRIVER = {
    "psycopg": "import psycopg\nwith psycopg.connect('postgresql://a@localhost/c', autocommit=True) as c:\n"
    "    c.execute('CREATE DATABASE shop')\n    c.execute('CREATE SCHEMA made')\n",
    "asyncpg": "import asyncio, asyncpg\nasync def make():\n    c = await asyncpg.connect('postgresql://a@localhost/c')\n"
    "    await c.execute('CREATE SCHEMA made')\n    await c.close()\nasyncio.run(make())\n",
}


@pytest.mark.parametrize("driver", BY_DRIVER)
def test_what_a_module_does_by_a_driver_it_does_to_the_tasks_database(
    new_worker: NewWorker, databases: Databases, many_drivers: Path, driver: str
) -> None:
    engine = "from sqlalchemy import create_engine\nengine = create_engine('postgresql+psycopg://a@b/c')\n"
    worker = new_worker({"database.py": BY_DRIVER[driver] + engine, "migrations/env.py": ENV}, many_drivers)
    name = databases.create("made")
    assert worker.upgrade(databases.address(name)).revisions == ["a1"]
    connection = databases.connect(name)
    try:
        assert "made" in {key.name for key in take(connection, frozenset()).of("schema")}
    finally:
        connection.close()


def test_the_database_is_there_already(new_worker: NewWorker, databases: Databases) -> None:
    """What looks for it at start, as sqlalchemy_utils does, finds none of its name, and makes nothing."""
    start = """
from sqlalchemy import create_engine, text
with create_engine("postgresql+psycopg2://a@b/postgres", isolation_level="AUTOCOMMIT").connect() as connection:
    if connection.execute(text("SELECT 1 FROM pg_database WHERE datname = 'shop'")).scalar() is None:
        connection.execute(text("CREATE DATABASE shop ENCODING 'utf8' TEMPLATE template1"))
"""
    worker = new_worker({"migrations/env.py": start + projects.ENV})
    assert worker.upgrade(databases.address(databases.create("there"))).revisions == ["a1"]


SHARDS = """
from alembic import context
from sqlalchemy import create_engine
from models import Base

for shard in ("first", "second"):
    with create_engine("postgresql+psycopg2://a@b/" + shard).connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata)
        with context.begin_transaction():
            context.run_migrations()
"""


def test_databases_with_the_same_models_are_one(new_worker: NewWorker, databases: Databases) -> None:
    worker = new_worker({"migrations/env.py": SHARDS})
    address = databases.address(databases.create("shard"))
    assert worker.upgrade(address).revisions == ["a1"]
    assert [table.name for table in worker.create_all(databases.address(databases.create("models"))).tables] == ["job"]
    assert worker.autogenerate(address) == []


NOT_WHERE_NOTHING_IS = """
from alembic import context
from sqlalchemy import engine_from_config
from models import Base

config = context.config

def run(connection):
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        if config.cmd_opts.cmd[0].__name__ == "upgrade" and not context.get_context().get_current_revision():
            return
        context.run_migrations()

with engine_from_config(config.get_section(config.config_ini_section)).connect() as connection:
    run(connection)
"""


def test_an_env_py_that_leaves_an_empty_database_to_its_application(
    new_worker: NewWorker, databases: Databases
) -> None:
    """It did not for the models either: they seemed to be asked for by `alembic upgrade`."""
    worker = new_worker({"migrations/env.py": NOT_WHERE_NOTHING_IS})
    address = databases.address(databases.create("models"))
    with pytest.raises(ProjectError, match="ended without calling"):
        worker.upgrade(address)
    assert [table.name for table in worker.create_all(address).tables] == ["job"]
    worker.stamp(address, ["a1"])
    assert worker.upgrade(address).revisions == []
    assert worker.current(address) == ["a1"]


OFFLINE = """
from alembic import context
from models import Base

def to_sql():
    context.configure(url=context.config.get_main_option("sqlalchemy.url"), target_metadata=Base.metadata,
                      literal_binds=True, dialect_opts={"paramstyle": "named"})
    with context.begin_transaction():
        context.run_migrations()

"""
ENDS = {
    "in this mode alone": "to_sql()",
    "refused": "to_sql() if context.is_offline_mode() else exit('run it with --sql')",
    "not there yet": "if not context.is_offline_mode():\n    raise NotImplementedError\nto_sql()",
    "silent": "if context.is_offline_mode():\n    to_sql()",
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_an_env_py_that_only_writes_sql_runs_all_the_same(
    new_worker: NewWorker, databases: Databases, end: str
) -> None:
    """There was no verdict: Alembic's commands run it with --sql alone."""
    worker = new_worker({"migrations/env.py": OFFLINE + end})
    address = databases.address(databases.create("sql"))
    assert worker.upgrade(address).revisions == ["a1"]
    assert worker.current(address) == ["a1"]
    assert worker.autogenerate(address) == []
    worker.downgrade(address, "base")
    assert [table.name for table in worker.create_all(address).tables] == ["job"]


@pytest.mark.parametrize("end", ["pass", "raise SystemExit('no')"])
def test_the_half_for_sql_is_no_way_out_for_an_env_py_that_connects(
    new_worker: NewWorker, databases: Databases, end: str
) -> None:
    other = f"else:\n    from sqlalchemy import create_engine\n    {end}\n"
    source = "if context.is_offline_mode():\n    to_sql()\n" + other
    with pytest.raises(ProjectError):
        new_worker({"migrations/env.py": OFFLINE + source}).upgrade(databases.address(databases.create("half")))


TENANTS = """
from alembic import context
from sqlalchemy import engine_from_config, text
from models import Base

config = context.config
with engine_from_config(config.get_section(config.config_ini_section)).connect() as connection:
    for tenant in ("one", "two"):
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {tenant}"))
        connection.execute(text(f"SET search_path TO {tenant}"))
        connection.commit()
        connection.dialect.default_schema_name = tenant
        context.configure(connection=connection, target_metadata=Base.metadata, version_table="versions")
        with context.begin_transaction():
            context.run_migrations()
"""


def test_tenants_are_all_built_and_compared_once(new_worker: NewWorker, databases: Databases) -> None:
    worker = new_worker({"migrations/env.py": TENANTS})
    address = databases.address(databases.create("tenants"))
    assert worker.upgrade(address).revisions == ["a1", "a1"]
    models = worker.create_all(databases.address(databases.create("models")))
    assert [(table.schema, table.name) for table in models.tables] == [("one", "job"), ("two", "job")]
    assert models.version_tables == [("one", "versions"), ("two", "versions")]
    assert worker.autogenerate(address) == []
    assert worker.current(address) == ["a1"]


def test_a_transaction_that_nobody_commits_is_told(new_worker: NewWorker, databases: Databases) -> None:
    env = projects.ENV.replace(
        "    context.configure(",
        "    from sqlalchemy import text\n    connection.execute(text('SELECT 1'))\n    context.configure(",
    )
    worker = new_worker({"migrations/env.py": env})
    with pytest.raises(ProjectError, match="not committed") as caught:
        worker.upgrade(databases.address(databases.create("open")))
    assert "connection.commit()" in caught.value.advice
    appears("what the migrations did is not committed", caught.value.message)


@pytest.mark.parametrize("commit", ["connection.commit()", "connection.execute(text('COMMIT'))"])
def test_a_transaction_that_env_py_commits_is_none_of_our_business(
    new_worker: NewWorker, databases: Databases, commit: str
) -> None:
    env = projects.ENV.replace(
        "    context.configure(",
        "    from sqlalchemy import text\n    connection.execute(text('SELECT 1'))\n    context.configure(",
    )
    worker = new_worker({"migrations/env.py": f"{env}    {commit}\n"})
    assert worker.upgrade(databases.address(databases.create("committed"))).revisions == ["a1"]
