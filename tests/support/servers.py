"""One real server of a test process, for all tests that only need databases on it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.database.addresses import Address
from bot.database.databases import Databases
from bot.database.servers import Context, Server, start
from bot.system import accounts
from tests.support.once import made_once
from tests.support.process import TEMPORARY

# A run of its own, which tells about itself as JSON and ends when told to.
SERVER_PROGRAM = """
import json, os, sys
from pathlib import Path
from bot.database.servers import Context, Server, start
from bot.system import accounts

with start("embedded", Context(Path(sys.argv[1]), Path(sys.argv[2]), Path("/tmp"), accounts())) as server:
    data = str(Path(server.admin.host, "data"))
    children = Path("/proc/self/task", str(os.getpid()), "children").read_text().split()
    print(json.dumps({"data": data, "children": list(map(int, children))}), flush=True)
    sys.stdin.read()
"""


def prepared_cache() -> Path:
    """A cache of the bot's with a prepared data folder, as the first run on a machine leaves it; only to be copied."""
    return made_once("cache", _prepare)


def _prepare(cache: Path) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        start("embedded", Context(Path(folder), cache, TEMPORARY, accounts())),
    ):
        pass


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    spec = os.environ.get("MIGRATION_BOT_TEST_SERVER", "embedded")  # another version: what --database takes
    cache = prepared_cache() if spec == "embedded" else tmp_path_factory.mktemp("cache")
    context = Context(tmp_path_factory.mktemp("run"), cache, TEMPORARY, accounts(), shared_server=True)
    with start(spec, context) as started:
        yield started


@pytest.fixture(scope="session")
def databases(server: Server) -> Iterator[Databases]:
    with Databases(server) as made:
        yield made


@pytest.fixture(scope="session")
def bot_cache() -> Iterator[Path]:
    """Not below pytest's folders: the account that runs the project's code must reach it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        path.chmod(0o755)
        shutil.copytree(prepared_cache(), path, dirs_exist_ok=True)
        yield path


def ask(address: Address, query: str) -> list[tuple[object, ...]]:
    """Run one statement as anybody does, and return its rows, if it has any."""
    with closing(replace(address, trusted=False).connect()) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall() if cursor.description else []
