"""`migration-bot demo`: the whole job on a small repository that is made for it.

A table `job` in the schema `__reana` gains `started_at` and `finished_at`.
"""

import sys
import tempfile
from pathlib import Path

from bot import settings
from bot.check import delivery, pipeline
from bot.report.progress import Progress
from bot.settings import Machine
from bot.system import run as run_program

_INI = """\
[alembic]
script_location = %(here)s/migrations
prepend_sys_path = .
sqlalchemy.url = postgresql+psycopg2://reana@localhost/reana
"""

_ENV = """\
from alembic import context
from sqlalchemy import engine_from_config

from models import Base

config = context.config


def run() -> None:
    engine = engine_from_config(config.get_section("alembic"))
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, include_schemas=True)
        with context.begin_transaction():
            context.run_migrations()


run()
"""

_TEMPLATE = '''\
"""${message}.

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
'''

_MODELS = """\
import uuid

from sqlalchemy import String, Uuid, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
{imports}

class Base(DeclarativeBase):
    pass


class Job(Base):
    __tablename__ = "job"
    __table_args__ = {{"schema": "__reana"}}

    id_: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, server_default=func.gen_random_uuid())
    backend_job_id: Mapped[str | None] = mapped_column(String(256), index=True)
    name: Mapped[str | None] = mapped_column(String(256))
{columns}"""

_OLD = _MODELS.format(imports="", columns="")
_NEW = _MODELS.format(
    imports="", columns="    started_at: Mapped[datetime | None]\n    finished_at: Mapped[datetime | None]\n"
).replace("import uuid\n", "import uuid\nfrom datetime import datetime\n")

_FIRST = '''\
"""Job table."""

import sqlalchemy as sa
from alembic import op

revision = "ad93dae04483"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA __reana")
    op.create_table(
        "job",
        sa.Column("id_", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("backend_job_id", sa.String(256)),
        sa.Column("name", sa.String(256)),
        sa.PrimaryKeyConstraint("id_"),
        schema="__reana",
    )
    op.create_index("ix___reana_job_backend_job_id", "job", ["backend_job_id"], schema="__reana")


def downgrade() -> None:
    op.drop_table("job", schema="__reana")
    op.execute("DROP SCHEMA __reana")
'''


def run(machine: Machine, *, verbose: bool = False) -> int:
    """Make the repository, check it, show the report and say where things are; the exit code."""
    folder = Path(tempfile.mkdtemp(prefix="migration-bot-demo-", dir=machine.temporary))
    repository, results = folder / "repository", folder / "report"
    make_repository(repository)
    options = {
        "repo": str(repository),
        "python": sys.executable,
        "message": "Job started and finished times",
        "output-dir": str(results),
        "verbose": verbose,
    }
    chosen = settings.from_options(options, machine)
    with Progress(verbose=verbose) as progress:
        checked = pipeline.check(chosen, progress)
    delivery.deliver(chosen, checked.report, checked.views)
    sys.stdout.write(f"\nThe repository is {repository},\nthe report and the migration are in {results}.\n")
    return delivery.exit_code(chosen, checked.report, checked.exit_code)


def make_repository(root: Path) -> None:
    """A git repository with one commit, and a change of the models that is not committed yet."""
    files = {
        "alembic.ini": _INI,
        "models.py": _OLD,
        "migrations/env.py": _ENV,
        "migrations/script.py.mako": _TEMPLATE,
        "migrations/versions/ad93dae04483_job_table.py": _FIRST,
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    _git(root, "init", "--quiet", "--initial-branch=main")
    _git(root, "add", ".")
    _git(
        root,
        "-c",
        "user.name=Demo",
        "-c",
        "user.email=demo@example.org",
        "commit",
        "--quiet",
        "-m",
        "Job table",
    )
    (root / "models.py").write_text(_NEW)


def _git(root: Path, *words: str) -> None:
    run_program(["git", "-C", root, "-c", "core.hooksPath=/dev/null", "-c", "commit.gpgsign=false", *words])
