"""Alembic configured by an application's code, with advanced-alchemy: env.py reads more than Alembic's `Config` has."""

from pathlib import Path

import pytest

from bot.database.databases import Databases
from bot.errors import ProjectError
from tests.integration.project.conftest import NewWorker

ENV = """
import asyncio
from advanced_alchemy.base import metadata_registry
from alembic import context

config = context.config

def migrate(connection):
    metadata = metadata_registry.get(config.bind_key)
    context.configure(connection=connection, target_metadata=metadata, version_table=config.version_table_name)
    with context.begin_transaction():
        context.run_migrations()

async def main():
    assert config.db_url.startswith("postgresql")
    async with config.engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()

asyncio.run(main())
"""
MODELS = """
from advanced_alchemy.base import BigIntBase
from sqlalchemy.orm import Mapped

class Job(BigIntBase):
    __tablename__ = "job"
    name: Mapped[str]
"""
CONFIGURES = """
{imported}
alchemy = SQLAlchemyAsyncConfig(
    connection_string="postgresql+asyncpg://user:password@database.invalid/shop",
    alembic_config=AlembicAsyncConfig(script_location="migrations", version_table_name="shop_version"),
)
"""
OF_LITESTAR = "from litestar import Litestar\nfrom litestar.plugins.sqlalchemy import *"
SHAPES = {
    "an application": {
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "shop/asgi.py": CONFIGURES.format(imported=OF_LITESTAR)
        + "def create_app() -> Litestar:\n    import shop.models\n"
        + "    return Litestar(plugins=[SQLAlchemyPlugin(config=alchemy)])\n",
        "Dockerfile": 'FROM python:3.12\nENV LITESTAR_APP="shop.asgi:create_app"\n',
    },
    "a module": {
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "shop/config.py": CONFIGURES.format(
            imported="import shop.models\nfrom advanced_alchemy.config import AlembicAsyncConfig, SQLAlchemyAsyncConfig"
        ),
    },
}


@pytest.mark.parametrize("shape", SHAPES)
def test_what_the_code_configures_is_there(
    new_worker: NewWorker, databases: Databases, with_litestar: Path, shape: str
) -> None:
    worker = new_worker({"migrations/env.py": ENV, "models.py": "", **SHAPES[shape]}, python=with_litestar)
    made = worker.create_all(databases.address(databases.create("models")))
    assert [table.name for table in made.tables] == ["job"]
    assert made.version_table == "shop_version"


def test_a_configuration_that_nothing_makes_is_asked_for(
    new_worker: NewWorker, databases: Databases, with_litestar: Path
) -> None:
    worker = new_worker({"migrations/env.py": ENV, "models.py": ""}, python=with_litestar)
    with pytest.raises(ProjectError) as caught:
        worker.create_all(databases.address(databases.create("models")))
    assert (caught.value.kind, caught.value.missing) == ("settings", ("LITESTAR_APP",))
