"""The tasks of a worker on plain projects, sync and async, old and new libraries."""

import sys
from collections.abc import Mapping
from pathlib import Path

import alembic
import pytest

from bot.database.databases import Databases
from bot.errors import ProjectError
from bot.project.client.client import Worker
from bot.schema.snapshots import take
from bot.system import accounts, run
from tests.integration.project.conftest import NewWorker
from tests.support import projects
from tests.support.troubleshooting import appears


def tables(databases: Databases, name: str) -> set[str]:
    connection = databases.connect(name)
    try:
        return {f"{key.schema}.{key.name}" for key in take(connection, frozenset()).of("table")}
    finally:
        connection.close()


def goes_round(worker: Worker, databases: Databases) -> None:
    """Load, build, upgrade, compare, write, downgrade."""
    loaded = worker.load()
    assert loaded.heads == ["a1"]
    assert loaded.revisions[0].path == "migrations/versions/a1_first.py"
    models, history = databases.create("models"), databases.create("history")
    declared = worker.create_all(databases.address(models))
    assert [table.name for table in declared.tables] == ["job"]
    assert declared.tables[0].columns[1].default == "'it''s'"
    assert tables(databases, models) == {"public.job"}
    ran = worker.upgrade(databases.address(history), trace=True)
    assert ran.revisions == ["a1"]
    assert ran.statements[0].observation is not None
    assert ran.statements[0].observation.observed
    assert ran.statements[0].line == 8
    assert worker.autogenerate(databases.address(history)) == []
    assert worker.current(databases.address(history)) == ["a1"]
    file = worker.revision(databases.address(history), message="more", revision_id="b2")
    assert file.path == "migrations/versions/b2_more.py"
    assert worker.load().heads == ["b2"]
    worker.downgrade(databases.address(history), "base")
    assert tables(databases, history) == {"public.alembic_version"}


def test_plain_project(new_worker: NewWorker, databases: Databases) -> None:
    goes_round(new_worker(), databases)


def test_a_command_imports_a_migration_once(new_worker: NewWorker, databases: Databases, tmp_path: Path) -> None:
    """Before: twice, to know which file a statement comes from; five hundred files are a sixth of a second."""
    noted = projects.FIRST + "\nwith open('imports', 'a') as file:\n    file.write('x')\n"
    worker = new_worker({"migrations/versions/a1_first.py": noted, "imports": ""})
    address = databases.address(databases.create("history"))
    count = tmp_path / "project/imports"
    for act in (worker.load, lambda: worker.upgrade(address, trace=True), lambda: worker.downgrade(address, "base")):
        before = len(count.read_text())
        act()
        assert len(count.read_text()) == before + 1


def test_pygments_is_loaded_for_whoever_asks_for_it(new_worker: NewWorker, tmp_path: Path) -> None:
    """Mako loads it to colour errors: a tenth of what a worker takes to start."""
    look = "\nimport sys\nwith open('seen', 'w') as file:\n    file.write(str('pygments' in sys.modules))\n"
    noted = projects.FIRST + look + "import mako.ext.pygmentplugin\n"
    # These tests' own environment has it.
    worker = new_worker({"migrations/versions/a1_first.py": noted, "seen": ""}, Path(sys.executable))
    assert worker.load().heads == ["a1"]
    assert (tmp_path / "project/seen").read_text() == "False"


def test_oldest_libraries(new_worker: NewWorker, databases: Databases, oldest: Path) -> None:
    goes_round(new_worker(python=oldest), databases)


def test_an_env_py_without_models_has_nothing_more_to_do(new_worker: NewWorker, databases: Databases) -> None:
    """Alembic refuses to compare with `target_metadata = None`, and migrations written by hand were called failed."""
    worker = new_worker({"migrations/env.py": projects.ENV.replace("Base.metadata", "None")})
    address = databases.address(databases.create("old"))
    worker.upgrade(address)
    assert worker.autogenerate(address) == []


def test_an_enum_whose_table_does_not_make_it(new_worker: NewWorker, databases: Databases, oldest: Path) -> None:
    """A column that SQLModel shares among classes has lost the event that creates its type, and create_all stopped."""
    lost = "for each in (Job.__table__, Base.metadata):\n    each.dispatch.before_create.clear()\n"
    models = f"{projects.MODELS}    state = sa.Column(sa.Enum('on', 'off', name='state'))\n{lost}"
    name = databases.create("models")
    new_worker({"models.py": models}, oldest).create_all(databases.address(name))
    assert tables(databases, name) == {"public.job"}


def test_an_engine_that_does_not_wait_with_a_driver_that_does(
    new_worker: NewWorker, databases: Databases, asyncpg_alone: Path
) -> None:
    """Such a project migrates SQLite where it is developed, and hands its own connection to Alembic elsewhere."""
    url = {"alembic.ini": projects.INI.replace("driver://user:pass@localhost/dbname", "sqlite:///development.db")}
    goes_round(new_worker(url, asyncpg_alone, any_database=True), databases)


def test_a_library_that_waits_for_env_py(new_worker: NewWorker, databases: Databases, asyncpg_alone: Path) -> None:
    """Nothing in env.py says so: it calls `asyncio.run()`, which no running loop allows."""
    ini = projects.INI.replace("driver://", "postgresql+asyncpg://")
    env = 'import runpy\nrunpy.run_path("library.py")\n'
    files = {"alembic.ini": ini, "migrations/env.py": env, "library.py": projects.ASYNC_ENV}
    goes_round(new_worker(files, asyncpg_alone), databases)


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg"])
def test_async_environments(new_worker: NewWorker, databases: Databases, many_drivers: Path, driver: str) -> None:
    ini = projects.INI.replace("driver://", f"postgresql+{driver}://")
    files = {"migrations/env.py": projects.ASYNC_ENV, "alembic.ini": ini}
    goes_round(new_worker(files, many_drivers), databases)


@pytest.mark.parametrize("url", ["postgresql+psycopg://", "postgresql+pg8000://", "postgresql://"])
def test_drivers(new_worker: NewWorker, databases: Databases, many_drivers: Path, url: str) -> None:
    goes_round(new_worker({"alembic.ini": projects.INI.replace("driver://", url)}, many_drivers), databases)


@pytest.mark.parametrize(
    "files",
    [
        {"alembic.ini": "[alembic]\nscript_location = migrations\n"},
        {"migrations/env.py": projects.ASYNC_ENV},
    ],
    ids=["no address", "async without a driver in the address"],
)
def test_addresses_that_only_the_bot_can_complete(
    new_worker: NewWorker, databases: Databases, many_drivers: Path, files: Mapping[str, str]
) -> None:
    goes_round(new_worker(files, many_drivers), databases)


def test_pyproject_configuration(new_worker: NewWorker, databases: Databases, tmp_path: Path) -> None:
    text = '[tool.alembic]\nscript_location = "%(here)s/migrations"\n'
    config = tmp_path / "project" / "pyproject.toml"
    goes_round(new_worker({"pyproject.toml": text}, config=config, kind="pyproject"), databases)


def test_pyproject_configuration_with_an_old_alembic(new_worker: NewWorker, oldest: Path, tmp_path: Path) -> None:
    config = tmp_path / "project" / "pyproject.toml"
    worker = new_worker({"pyproject.toml": "[tool.alembic]\n"}, oldest, config=config, kind="pyproject")
    with pytest.raises(ProjectError, match=r"does not read \[tool.alembic\]"):
        worker.load()


def test_a_folder_called_alembic_does_not_stand_in_for_the_library(new_worker: NewWorker, databases: Databases) -> None:
    files = {"alembic/__init__.py": "raise RuntimeError('the wrong alembic')"}
    ini = projects.INI + "prepend_sys_path = .\n"
    goes_round(new_worker({**files, "alembic.ini": ini}), databases)


def test_another_section(new_worker: NewWorker, databases: Databases) -> None:
    ini = projects.INI.replace("[alembic]", "[reports]")
    goes_round(new_worker({"alembic.ini": ini}, section="reports"), databases)


def test_arguments_of_alembics_x(new_worker: NewWorker, databases: Databases) -> None:
    asserted = "assert context.get_x_argument(as_dictionary=True) == {'tenant': 'a', 'b': '1=2'}\n"
    env = projects.ENV.replace("config = context.config\n", "config = context.config\n" + asserted)
    goes_round(new_worker({"migrations/env.py": env}, x=("tenant=a", "b=1=2")), databases)


def test_another_account(databases: Databases, shared_folder: Path) -> None:
    """Everything works for an account that may do nothing else, and it cannot change the worker."""
    account = accounts().worker
    if not account.is_other:
        pytest.skip("only root can run things as somebody else")
    python = Path(f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}")
    site = Path(alembic.__file__).parents[1]
    probe = f"import sys; sys.path.append({str(site)!r}); import alembic, psycopg2"
    if not python.exists() or run([python, "-c", probe], account=account, check=False).code:
        pytest.skip("no interpreter with these libraries that everybody may run")
    root = projects.write(shared_folder / "project", {"models.py": AS_WHOM + projects.MODELS})
    for path in [root, *root.rglob("*")]:
        account.own(path)
    spec = projects.spec(root, shared_folder, python, account=account, paths=(site,))
    with Worker.start(spec) as worker:
        goes_round(worker, databases)
    assert (root / "whom").read_text() == f"{account.uid} {account.gid} [] False"


AS_WHOM = """
import os, sys
from pathlib import Path
here = next(m.__file__ for n, m in sys.modules.items() if n.endswith(".serve"))
Path(__file__).with_name("whom").write_text(
    f"{os.getuid()} {os.getgid()} {os.getgroups()} {os.access(here, os.W_OK)}"
)
"""


def test_flask_migrate(new_worker: NewWorker, databases: Databases, many_drivers: Path, tmp_path: Path) -> None:
    goes_round(new_worker(FLASK, many_drivers, kind="flask", config=tmp_path / FLASK_INI), databases)


@pytest.mark.parametrize("found", ["shop", "wsgi"])  # by the bot, by Flask itself
def test_flask_migrate_tells_why_the_application_does_not_load(
    new_worker: NewWorker, databases: Databases, many_drivers: Path, tmp_path: Path, found: str
) -> None:
    files = {**FLASK, "shop/__init__.py": "from flask import Flask\nimport nowhere\napp = Flask('x')\n"}
    if found == "wsgi":
        files["wsgi.py"] = "from shop import app\n"
    worker = new_worker(files, many_drivers, kind="flask", config=tmp_path / FLASK_INI)
    assert worker.load().heads == ["a1"]
    with pytest.raises(ProjectError) as caught:
        worker.create_all(databases.address(databases.create("x")))
    assert caught.value.kind == "import"
    assert caught.value.message.startswith("shop/__init__.py, line 2: ModuleNotFoundError")
    appears("Is … among the project's requirements?", caught.value.advice)


def test_a_revision_may_use_the_flask_application_while_it_is_imported(
    new_worker: NewWorker, databases: Databases, many_drivers: Path, tmp_path: Path
) -> None:
    """Flask-Migrate imports all of them inside the application's context; without it, none could be read."""
    first = projects.FIRST + "\nfrom flask import current_app\nWHERE = current_app.root_path\n"
    files = {**FLASK, "migrations/versions/a1_first.py": first}
    goes_round(new_worker(files, many_drivers, kind="flask", config=tmp_path / FLASK_INI), databases)


FLASK_INI = "project/migrations/alembic.ini"
FLASK = {
    "migrations/alembic.ini": "[alembic]\n",
    "shop/__init__.py": """
        from flask import Flask
        from flask_migrate import Migrate
        from models import Base

        class Database:
            metadata = Base.metadata

        def create_app():
            app = Flask("shop")
            Migrate(app, Database())
            return app
        """,
    "migrations/env.py": """
        from alembic import context
        from flask import current_app
        from sqlalchemy import create_engine

        target = current_app.extensions["migrate"].db.metadata
        with create_engine("postgresql://somewhere.example/shop").connect() as connection:
            context.configure(connection=connection, target_metadata=target)
            with context.begin_transaction():
                context.run_migrations()
        """,
}


ASKS = """
import sys
from alembic import context
said = " ".join(sys.argv)
if not said.startswith("alembic ") or said.split()[1] != context.config.cmd_opts.cmd[0].__name__:
    raise SystemExit("not run by Alembic: " + said)
with open("commands", "a") as file:
    file.write(said + "\\n")
"""


def test_code_that_asks_which_command_runs_is_told_alembics(
    new_worker: NewWorker, databases: Databases, tmp_path: Path
) -> None:
    """Many settings modules look for the word in sys.argv, and leave out what a migration does not need."""
    worker = new_worker({"migrations/env.py": ASKS + projects.ENV, "commands": ""})
    address = databases.address(databases.create("commands"))
    worker.create_all(databases.address(databases.create("models")))
    worker.upgrade(address)
    worker.autogenerate(address)
    worker.current(address)
    worker.downgrade(address, "base")
    said = (tmp_path / "project/commands").read_text().split("\n")
    assert {line for line in said if "upgrade" in line} == {"alembic upgrade heads"}
    assert "alembic revision --autogenerate" in said
    assert "alembic downgrade base" in said


def test_modules_that_import_each_other_are_imported_by_env_py_first(
    new_worker: NewWorker, databases: Databases
) -> None:
    """As fastapi_users does with its tables, whose types migrations import. Commands import those after env.py."""
    files = {
        "users/__init__.py": "try:\n    from users_tables import TABLES\nexcept ImportError:\n    pass\n",
        "users_tables.py": "import users\nTABLES = True\n",
        "migrations/env.py": "from users import TABLES\n" + projects.ENV,
        "migrations/versions/a1_first.py": "import users_tables\n" + projects.FIRST,
    }
    worker = new_worker(files)
    assert worker.load().heads == ["a1"]
    address = databases.address(databases.create("order"))
    assert worker.upgrade(address).revisions == ["a1"]
    assert worker.autogenerate(address) == []
