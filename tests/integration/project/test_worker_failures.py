"""What projects do wrong, and how it is told: each kind of failure with its place and advice."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.database.databases import Databases
from bot.errors import ProjectError, ToolError
from tests.integration.project.conftest import NewWorker
from tests.support import projects
from tests.support.troubleshooting import appears

MODELS = projects.MODELS


def failure(new_worker: NewWorker, databases: Databases, files: Mapping[str, str]) -> ProjectError:
    """What `create_all` of a project says."""
    with pytest.raises(ProjectError) as caught:
        new_worker(files).create_all(databases.address(databases.create("models")))
    return caught.value


@pytest.mark.parametrize(
    ("models", "kind", "message"),
    [
        ("Base = (", "syntax", "models.py, line 1: SyntaxError: '(' was never closed"),
        ("import nowhere", "import", "models.py, line 1: ModuleNotFoundError: No module named 'nowhere'"),
        ("x = 1\nraise ValueError('odd')", "exception", "models.py, line 2: ValueError: odd"),
        ("import sys\nsys.exit(3)", "exit", "models.py, line 2: the code ended the process with sys.exit(3)"),
        ("import os\nos._exit(7)", "exit", "the project's code ended its process with exit code 7"),
        ("import os\nos.abort()", "killed", "the process of the project's code was ended by signal 6"),
        ("x = bytearray(1 << 40)", "memory", "models.py, line 1: MemoryError"),
    ],
    ids=["syntax", "import", "exception", "sys.exit", "os._exit", "abort", "memory"],
)
def test_models_that_do_not_load(
    new_worker: NewWorker, databases: Databases, models: str, kind: str, message: str
) -> None:
    error = failure(new_worker, databases, {"models.py": models})
    assert (error.kind, error.message) == (kind, message)
    assert error.advice or kind == "exception"


_LOGGING = {"version": 1, "handlers": {"rich": {"class": "nowhere.RichHandler"}}, "root": {"handlers": ["rich"]}}


@pytest.mark.parametrize(
    "models",
    [
        f"import logging.config\nlogging.config.dictConfig({_LOGGING})",
        "try:\n    import nowhere\nexcept ImportError as error:\n    raise RuntimeError('install it') from error",
        "try:\n    import nowhere\nexcept ImportError:\n    raise RuntimeError('install it')",
    ],
    ids=["a handler of logging", "from", "while handling"],
)
def test_a_module_that_is_missing_behind_another_error_is_named(
    new_worker: NewWorker, databases: Databases, models: str
) -> None:
    """Another list of the project's may have it, as after an ImportError."""
    error = failure(new_worker, databases, {"models.py": models})
    assert (error.kind, error.module) == ("exception", "nowhere")


@pytest.mark.parametrize("number", ["ENOSPC", "EDQUOT"])
def test_a_disk_that_is_full_is_not_the_projects_fault(
    new_worker: NewWorker, databases: Databases, number: str
) -> None:
    """Nor something to go on without: what the code had begun to write is there by half."""
    models = f"import errno, os\nraise OSError(errno.{number}, os.strerror(errno.{number}))"
    with pytest.raises(ToolError) as caught:
        new_worker({"models.py": models}).create_all(databases.address(databases.create("models")))
    assert (caught.value.kind, "Free some disk space" in caught.value.advice) == ("machine", True)


def test_an_endless_loop_ends_with_the_time_limit(new_worker: NewWorker, databases: Databases) -> None:
    worker = new_worker({"models.py": "print('here')\nwhile True: pass"}, timeout=2.0)
    with pytest.raises(ProjectError) as caught:
        worker.create_all(databases.address(databases.create("models")))
    assert caught.value.kind == "timeout"
    appears("the project's code took longer than … s", caught.value.message)
    assert worker.load().heads == ["a1"], "the next task gets a new process"


def test_a_child_that_outlives_the_code_does_not_hold_the_answer_back(
    new_worker: NewWorker, databases: Databases
) -> None:
    models = "import os, time\nif os.fork() == 0:\n    time.sleep(60)\n    os._exit(0)\nos._exit(5)\n"
    worker = new_worker({"models.py": models}, timeout=30.0)
    with pytest.raises(ProjectError, match="exit code 5"):
        worker.create_all(databases.address(databases.create("models")))


def test_output_and_threads_do_no_harm(new_worker: NewWorker, databases: Databases) -> None:
    noise = """
import sys, threading, time
print("{}" * 100_000)
print("noise", file=sys.stderr)
threading.Thread(target=time.sleep, args=(3600,)).start()
"""
    worker = new_worker({"models.py": noise + MODELS})
    assert [t.name for t in worker.create_all(databases.address(databases.create("models"))).tables] == ["job"]


def test_a_pool_without_an_engine_is_refused(new_worker: NewWorker, databases: Databases) -> None:
    env = projects.ENV + "\npool.NullPool(lambda: None).connect()\n"
    error = failure(new_worker, databases, {"migrations/env.py": env})
    assert error.kind == "creator"
    assert "create_engine" in error.advice


def test_another_database_is_refused_with_the_settings_that_were_asked_for(
    new_worker: NewWorker, databases: Databases
) -> None:
    env = projects.ENV.replace(
        "engine = engine_from_config(config.get_section(config.config_ini_section), poolclass=pool.NullPool)",
        "import os, sqlalchemy\nengine = sqlalchemy.create_engine(os.getenv('SHOP_DATABASE', 'sqlite:///x.db'))",
    )
    error = failure(new_worker, databases, {"migrations/env.py": env})
    assert error.kind == "dialect"
    appears("env.py connects to …", error.message)
    assert "sqlite" in error.message
    assert "SHOP_DATABASE" in error.advice


def test_all_missing_variables_are_named_at_once(new_worker: NewWorker, databases: Databases) -> None:
    models = """
import os
SECRET = os.environ["SHOP_SECRET"]
PORT = int(os.environ["SHOP_PORT"])
TOKEN = os.getenv("SHOP_TOKEN")
if not TOKEN:
    raise RuntimeError("SHOP_TOKEN must be set")
REGION = os.environ["SHOP_REGION"]
"""
    error = failure(new_worker, databases, {"models.py": models + MODELS})
    assert error.kind == "settings"
    appears("settings are missing", error.message)
    assert error.message.endswith("settings are missing: SHOP_SECRET, SHOP_PORT, SHOP_TOKEN, SHOP_REGION")
    assert "--env SHOP_SECRET=… --env SHOP_PORT=… --env SHOP_TOKEN=… --env SHOP_REGION=…" in error.advice


def test_given_variables_are_there(new_worker: NewWorker, databases: Databases) -> None:
    models = 'import os\nassert os.environ["SHOP_SECRET"] == "x"\nassert "HOME" in os.environ\n'
    worker = new_worker({"models.py": models + MODELS}, env={"SHOP_SECRET": "x"})
    assert worker.create_all(databases.address(databases.create("models"))).tables


def test_missing_pydantic_settings(new_worker: NewWorker, databases: Databases, many_drivers: Path) -> None:
    settings = """
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

class Database(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="shop_")
    host: str
    port: int
    key: str = Field(validation_alias="API_KEY")

class Mail(BaseSettings):
    server: str

Database()
Mail()
"""
    worker = new_worker({"models.py": settings + MODELS}, many_drivers)
    with pytest.raises(ProjectError) as caught:
        worker.create_all(databases.address(databases.create("models")))
    assert caught.value.message.endswith("settings are missing: SHOP_HOST, SHOP_PORT, API_KEY, SERVER")


def test_an_ordinary_key_error_is_no_missing_setting(new_worker: NewWorker, databases: Databases) -> None:
    error = failure(new_worker, databases, {"models.py": "{}['SHOP']"})
    assert error.kind == "exception"


@pytest.mark.parametrize(
    ("ini", "kind"),
    [
        ("[alembic]\nscript_location = %(nowhere)s/x\n", "config"),
        ("script_location = migrations\n", "config"),
        ("[alembic]\n", "alembic"),
        ("[alembic]\nscript_location = elsewhere\n", "alembic"),
    ],
    ids=["interpolation", "no section", "no location", "no folder"],
)
def test_configurations_that_cannot_be_read(new_worker: NewWorker, ini: str, kind: str) -> None:
    with pytest.raises(ProjectError) as caught:
        new_worker({"alembic.ini": ini}).load()
    assert caught.value.kind == kind


def test_env_that_never_migrates(new_worker: NewWorker, databases: Databases) -> None:
    error = failure(new_worker, databases, {"migrations/env.py": "x = 1"})
    assert (error.kind, error.message) == (
        "env",
        "migrations/env.py ended without calling context.run_migrations()",
    )
    appears("ended without calling context.run_migrations()", error.message)


def test_a_migration_that_fails_names_its_line_and_statement(new_worker: NewWorker, databases: Databases) -> None:
    second = projects.FIRST.replace('"a1"', '"b2"').replace("None", '"a1"', 1)
    worker = new_worker({"migrations/versions/b2_again.py": second})
    with pytest.raises(ProjectError) as caught:
        worker.upgrade(databases.address(databases.create("history")))
    error = caught.value
    assert error.kind == "database"
    assert error.message.startswith(
        'migrations/versions/b2_again.py, line 8: DuplicateTable: relation "job" already exists'
    )
    assert "CREATE TABLE job" in error.message


@pytest.mark.parametrize(
    ("second", "third", "message", "advice"),
    [
        (("a1", "None"), ("c3", "'a1'"), "revision a1 is in several files", "another revision id"),
        (
            ("b2", "'gone'"),
            ("c3", "'a1'"),
            "revision b2 follows gone, which no file has",
            "add the file that is missing",
        ),
        (("b2", "'c3'"), ("c3", "'b2'"), "revisions follow each other in a circle: b2, c3", "somewhere else"),
    ],
    ids=["duplicate", "broken", "cycle"],
)
def test_broken_chains_are_told_with_their_files(
    new_worker: NewWorker, second: tuple[str, str], third: tuple[str, str], message: str, advice: str
) -> None:
    files = {
        f"migrations/versions/{name}.py": f"revision = '{revision}'\ndown_revision = {parent}\n"
        for name, (revision, parent) in {"second": second, "third": third}.items()
    }
    with pytest.raises(ProjectError) as caught:
        new_worker(files).load()
    assert caught.value.kind == "scripts"
    appears("migrations cannot be followed", caught.value.message)
    assert caught.value.message.startswith(f"the migrations cannot be followed: {message} (migrations/versions/")
    assert advice in caught.value.advice


def test_several_heads_are_no_failure(new_worker: NewWorker) -> None:
    files = {f"migrations/versions/{name}.py": f"revision = '{name}'\ndown_revision = 'a1'\n" for name in ("b2", "c3")}
    assert new_worker(files).load().heads == ["b2", "c3"]


def test_models_that_connect_while_scripts_are_read(new_worker: NewWorker) -> None:
    files = {
        "migrations/versions/b2.py": "import sqlalchemy\nrevision = 'b2'\ndown_revision = 'a1'\n"
        "sqlalchemy.create_engine('postgresql://somewhere.example/x').connect()\n"
    }
    with pytest.raises(ProjectError) as caught:
        new_worker(files).load()
    assert caught.value.kind == "connection"
    appears("the code connects to a database while it is only being read", caught.value.message)


def test_code_that_waits_for_its_own_lock_is_told_apart_from_a_loop(
    new_worker: NewWorker, databases: Databases
) -> None:
    second = """
revision = "b2"
down_revision = "a1"
from alembic import op
from sqlalchemy import create_engine, text

def upgrade():
    op.execute("LOCK TABLE job")
    with create_engine("postgresql+psycopg2://a@b/c").begin() as other:
        other.execute(text("ALTER TABLE job ADD size integer"))

def downgrade():
    pass
"""
    worker = new_worker({"migrations/versions/b2_second.py": second})
    address = databases.address(databases.create("locked"))
    worker.upgrade(address, "a1")
    with pytest.raises(ProjectError) as caught:
        worker.upgrade(address)
    assert caught.value.kind == "lock"
    appears("the project's code waits for a lock that it holds itself", caught.value.message)
    assert "ALTER TABLE job ADD size integer waits for the transaction of LOCK TABLE job" in caught.value.message
