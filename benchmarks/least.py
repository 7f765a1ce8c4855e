"""The least that anyone must do for a change of the models: `alembic upgrade head`, `alembic revision --autogenerate`.

Both on a server as the bot's own, started and stopped here. With `--floor` less than that: the models imported once for
each side, at the same time, and the bare SQL of their tables.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.database.addresses import Address
from bot.database.databases import Databases
from bot.database.servers import Context, Server, start
from bot.system import accounts

_ALEMBIC = str(Path(sys.executable).with_name("alembic"))


@contextmanager
def server(cache: Path) -> Iterator[tuple[Server, Path]]:
    """A server as the bot's own, from the data folder that is prepared in its cache, and its log."""
    with (
        tempfile.TemporaryDirectory() as run,
        start("embedded", Context(Path(run), cache, Path(tempfile.gettempdir()), accounts())) as started,
    ):
        yield started, next(Path(run).glob("*.log"))


def url(address: Address) -> str:
    """As SQLAlchemy takes it."""
    return (
        f"postgresql+psycopg2://{address.user}:{address.password}@/{address.dbname}"
        f"?host={address.host}&port={address.port}"
    )


def upgrade_and_autogenerate(folder: Path, address: Address) -> None:
    """In a checkout, whose file of settings gets the address; the migration is removed again."""
    ini = folder / "alembic.ini"
    lines = ini.read_text().splitlines()
    here = f"sqlalchemy.url = {url(address)}"
    ini.write_text("\n".join(here if line.startswith("sqlalchemy.url") else line for line in lines))
    _alembic(folder, "upgrade", "head")
    _alembic(folder, "revision", "--autogenerate", "--message", "change", "--rev-id", "change")
    for path in folder.rglob("change_change.py"):
        path.unlink()


def _alembic(folder: Path, *words: str) -> None:
    environ = {**os.environ, "PYTHONPATH": str(folder)}  # not every alembic.ini says where the models are
    subprocess.run([_ALEMBIC, *words], cwd=folder, check=True, env=environ)


_DDL = """
import sqlalchemy
from models import Base

def show(item, *_, **__):
    print(str(item.compile(dialect=engine.dialect)) + ";")

engine = sqlalchemy.create_mock_engine("postgresql+psycopg2://", show)
for schema in sorted({table.schema for table in Base.metadata.tables.values() if table.schema}):
    print(f"CREATE SCHEMA {schema};")
Base.metadata.create_all(engine, checkfirst=False)
"""


def _floor(folder: Path, address: Address) -> None:
    ddl = folder / "ddl.sql"
    if not ddl.exists():
        command = [sys.executable, "-c", _DDL]
        ddl.write_text(subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout)
    sides = [subprocess.Popen([sys.executable, "-c", "import models"], cwd=folder) for _ in range(2)]
    with closing(address.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(ddl.read_text())
    for side in sides:
        side.wait()


def main() -> None:
    """Do it once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--floor", action="store_true")
    options = parser.parse_args()
    with server(options.cache) as (started, _), Databases(started) as databases:
        address = databases.address(databases.create("least"))
        (_floor if options.floor else upgrade_and_autogenerate)(options.folder, address)


if __name__ == "__main__":
    main()
