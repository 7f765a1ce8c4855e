"""Engines that the project makes when it is imported: their pools work as ever, and lead to the task's own database."""

import pytest

from bot.database.databases import Databases
from tests.integration.project.conftest import NewWorker

ENV = """
from alembic import context
from database import engine
from models import Base

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
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
