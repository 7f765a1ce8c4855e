"""Small Alembic projects, written into a folder: files by path, and the worker's specification for them."""

import os
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import alembic

from bot.project.client.spec import WorkerSpec
from bot.system import Account, Confinement

INI = "[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = driver://user:pass@localhost/dbname\n"

ENV = """
from alembic import context
from sqlalchemy import engine_from_config, pool
from models import Base

config = context.config
engine = engine_from_config(config.get_section(config.config_ini_section), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""

ASYNC_ENV = """
import asyncio
from alembic import context
from sqlalchemy import pool
from sqlalchemy.ext.asyncio import async_engine_from_config
from models import Base

def migrate(connection):
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()

async def main():
    config = context.config
    engine = async_engine_from_config(config.get_section(config.config_ini_section), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()

asyncio.run(main())
"""

MODELS = """
import sqlalchemy as sa
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Job(Base):
    __tablename__ = "job"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(30), nullable=False, default="it's")
"""

FIRST = """
revision = "a1"
down_revision = None
from alembic import op
import sqlalchemy as sa

def upgrade():
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(30), nullable=False),
    )

def downgrade():
    op.drop_table("job")
"""

TEMPLATE = (Path(alembic.__file__).parent / "templates/generic/script.py.mako").read_text()

FILES = {
    "alembic.ini": INI,
    "models.py": MODELS,
    "migrations/env.py": ENV,
    "migrations/script.py.mako": TEMPLATE,
    "migrations/versions/a1_first.py": FIRST,
}
WITH_AGE = MODELS + "    age = sa.Column(sa.Integer)\n"


def write(root: Path, files: Mapping[str, str] | None = None) -> Path:
    """The plain project with some files replaced or added."""
    for name, text in {**FILES, **(files or {})}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
    return root


def spec(root: Path, run_dir: Path, python: Path, **changes: Any) -> WorkerSpec:
    """A specification for the project at `root`."""
    settings: dict[str, Any] = {
        "python": python,
        "checkout": root,
        "cwd": root,
        "config": root / "alembic.ini",
        "kind": "ini",
        "section": "alembic",
        "env": {"PATH": os.defpath},
        "paths": (),
        "account": Account(),
        "run_dir": run_dir,
        "confinement": Confinement(writable=(root,), memory_bytes=2 << 30),
        "timeout": 60.0,
    }
    return WorkerSpec(**{**settings, **changes})
