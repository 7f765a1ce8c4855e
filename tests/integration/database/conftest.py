"""A real server for the tests of the database wing; the prepared data folder is made once per session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.database.databases import Databases
from bot.database.servers import Context, Server, start
from bot.system import accounts
from tests.support.process import TEMPORARY
from tests.support.servers import ask


@pytest.fixture(scope="session")
def context(tmp_path_factory: pytest.TempPathFactory) -> Context:
    return Context(tmp_path_factory.mktemp("run"), tmp_path_factory.mktemp("cache"), TEMPORARY, accounts())


@pytest.fixture(scope="session")
def server(context: Context) -> Iterator[Server]:
    with start("embedded", context) as started:
        yield started


@pytest.fixture(scope="module")
def as_others_have(server: Server) -> Iterator[None]:
    """A database besides the template, as servers have that are named by URL."""
    ask(server.admin, "CREATE DATABASE postgres")
    yield
    ask(server.admin, "DROP DATABASE postgres")


@pytest.fixture
def databases(server: Server) -> Iterator[Databases]:
    with Databases(server) as made:
        yield made
        for name in list(made.names()):
            made.drop(name)


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).parents[3]
