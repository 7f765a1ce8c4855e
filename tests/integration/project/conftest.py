"""A real server, and workers on small projects; environments with other libraries are made once per session."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from bot.database.databases import Databases
from bot.database.servers import Context, Server, start
from bot.project.client.client import Worker
from bot.project.environment import uv
from bot.system import accounts
from tests.support import projects
from tests.support.interpreter import project_python
from tests.support.once import made_once
from tests.support.process import TEMPORARY
from tests.support.servers import prepared_cache

NewWorker = Callable[..., Worker]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with start("embedded", Context(tmp_path_factory.mktemp("run"), prepared_cache(), TEMPORARY, accounts())) as started:
        yield started


@pytest.fixture
def databases(server: Server) -> Iterator[Databases]:
    with Databases(server) as made:
        yield made
        for name in list(made.names()):
            made.drop(name)


@pytest.fixture
def new_worker(tmp_path: Path) -> Iterator[NewWorker]:
    """Write a project and start a worker on it; further arguments go into its specification."""
    with ExitStack() as stack:

        def make(files: Mapping[str, str] | None = None, python: Path | None = None, **changes: Any) -> Worker:
            root = projects.write(tmp_path / "project", files)
            run_dir = tmp_path / "run"
            run_dir.mkdir(exist_ok=True)
            return stack.enter_context(
                Worker.start(projects.spec(root, run_dir, python or project_python(), **changes))
            )

        yield make


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that other accounts can reach, which those of pytest are not."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="session")
def many_drivers() -> Path:
    """The newest libraries, without psycopg2."""
    names = "alembic sqlalchemy asyncpg greenlet psycopg-binary psycopg pg8000 flask-migrate pydantic-settings"
    return _environment("many_drivers", f"{sys.version_info.major}.{sys.version_info.minor}", names.split())


@pytest.fixture(scope="session")
def asyncpg_alone() -> Path:
    """No driver but one that is awaited."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return _environment("asyncpg_alone", version, ["alembic", "sqlalchemy", "asyncpg", "greenlet"])


@pytest.fixture(scope="session")
def oldest() -> Path:
    """The oldest Python and libraries that are served."""
    requirements = ["alembic==1.8.1", "sqlalchemy==1.4.54", "psycopg2-binary"]
    return _environment("oldest", "3.8", requirements)


@pytest.fixture(scope="session")
def sqlalchemy_1_3() -> Path:
    """Older than what is served; projects of those years do with it what they do with later ones."""
    return _environment("sqlalchemy_1_3", "3.8", ["alembic==1.7.5", "sqlalchemy==1.3.24", "psycopg2-binary"])


@pytest.fixture(scope="session")
def libraries_of_2018() -> Path:
    """Older still; there were no hooks for files, and no comments."""
    return _environment("libraries_of_2018", "3.8", ["alembic==0.9.10", "sqlalchemy==1.3.24", "psycopg2-binary"])


@pytest.fixture(scope="session")
def alembic_1_17() -> Path:
    """An Alembic that does not make a missing folder for revisions itself."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return _environment("alembic_1_17", version, ["alembic==1.17.1", "sqlalchemy", "psycopg2-binary"])


@pytest.fixture(scope="session")
def with_alembic_utils() -> Path:
    """With a library that has comparators of its own."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return _environment("alembic_utils", version, ["alembic", "sqlalchemy", "psycopg2-binary", "alembic-utils"])


@pytest.fixture(scope="session")
def with_litestar() -> Path:
    """With the library by which Litestar's applications configure Alembic."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return _environment("litestar", version, ["advanced-alchemy", "alembic", "asyncpg", "litestar[cli]"])


def _environment(name: str, version: str, requirements: list[str]) -> Path:
    return made_once(name, lambda folder: _install(folder, version, requirements)) / "bin/python"


def _install(folder: Path, version: str, requirements: list[str]) -> None:
    # uv does not see the versions that pyenv keeps but has not switched on.
    kept = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    version = str(kept[-1]) if kept else version
    program = str(uv.uv_program(folder))
    for command in (
        [program, "venv", "--quiet", "--python", version, str(folder)],
        [
            program,
            "pip",
            "install",
            "--quiet",
            "--compile-bytecode",
            "--python",
            str(folder / "bin/python"),
            *requirements,
        ],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"cannot make an environment with Python {version}: {done.stderr[-500:]}")
