"""One real server for all tests that only need databases on it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.database.databases import Databases
from bot.database.servers import Context, Server, start
from bot.system import accounts


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    context = Context(tmp_path_factory.mktemp("run"), tmp_path_factory.mktemp("cache"), accounts())
    with start("embedded", context) as started:
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
        yield path
