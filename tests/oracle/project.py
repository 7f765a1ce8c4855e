"""An ordinary Alembic project around a case's models, and the Python that runs it.

In: a folder, a case, an interpreter. Out: files on disk, and answers from the project's own Alembic.
"""

import json
import shutil
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from bot.database.addresses import Address

INI = """\
[alembic]
script_location = %(here)s/migrations
prepend_sys_path = .
sqlalchemy.url = postgresql+psycopg2://nobody@localhost/nothing
"""

ENV = """\
import models
from alembic import context
from sqlalchemy import engine_from_config, pool

options = getattr(models, "ALEMBIC", {})
engine = engine_from_config(context.config.get_section("alembic"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=models.Base.metadata, **options)
    with context.begin_transaction():
        context.run_migrations()
"""

TEMPLATE = '''\
"""${message}."""

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


class RefusedError(Exception):
    """The project's code raised an error."""


def write(folder: Path, models: Path | None = None) -> Path:
    """Write the project's files into `folder` and return its `alembic.ini`; `models` becomes its `models.py`."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (versions / ".gitkeep").write_text("")
    (folder / "migrations" / "env.py").write_text(ENV)
    (folder / "migrations" / "script.py.mako").write_text(TEMPLATE)
    (folder / "alembic.ini").write_text(INI)
    if models is not None:
        shutil.copy(models, folder / "models.py")
    return folder / "alembic.ini"


class Child:
    """The project's Python, answering one request at a time. A context manager; threads may share it."""

    def __init__(self, python: Path) -> None:
        command: list[str | Path] = [python, "-B", Path(__file__).with_name("child.py")]
        # Alembic drops tables in the order of a set: keep that order from run to run.
        environment = {"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": "0", "HOME": "/"}
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
        )

    def ask(self, action: str, models: Path, address: Address, config: Path | None = None) -> Any:
        """Have `child.py` do something. Raises `RefusedError` with the error of the project's code."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {"do": action, "models": str(models), "url": url(address), "config": str(config)}
        with self._lock:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            reply = json.loads(self._process.stdout.readline())
        if "error" in reply:
            raise RefusedError(reply["error"])
        return reply["ok"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Closes its input, which ends it, and waits.
        self._process.communicate()


def url(address: Address) -> str:
    """The address as SQLAlchemy writes it."""
    login = f"{quote(address.user, safe='')}:{quote(address.password, safe='')}"
    return f"postgresql+psycopg2://{login}@/{address.dbname}?host={quote(address.host, safe='')}&port={address.port}"
