"""A project that nobody has set anything up for: what the bot finds out by itself, and what it says to try."""

import re

import pytest

from bot.database.embedded import programs
from bot.system import accounts
from tests.support.command import Repository
from tests.support.projects import ENV, MODELS
from tests.support.troubleshooting import appears

WITH_AGE = MODELS + "    age = sa.Column(sa.Integer)\n"

SETTINGS = """
import os
from dataclasses import dataclass

TOKEN = os.environ["SERVICE_TOKEN"]
PORT = int(os.environ["SERVICE_PORT"])
ADDRESS = os.getenv("DATABASE_URL", "sqlite:///./local.db")
QUIET = os.getenv("QUIET", "yes")
if "REGION" not in os.environ or os.environ.get("REGION") == "":
    raise RuntimeError("REGION is not set")
if not ADDRESS.startswith("postgresql"):
    raise RuntimeError("only PostgreSQL will do")
"""


def test_settings_are_found_and_said_in_one_line(repository: Repository) -> None:
    """Nine variables took five rounds."""
    repository.commit(
        {"settings.py": SETTINGS, "migrations/env.py": "import settings\n" + ENV, ".env.example": EXAMPLE}
    )
    repository.write({"models.py": WITH_AGE})
    ended = repository.check()
    project = ended.report.projects[0]
    assert project.status == "proven", (ended.out, ended.err)
    assert project.filled_settings == [
        "DATABASE_URL=postgresql://user:password@database.invalid:5432/database",
        "REGION=eu-west",
        "SERVICE_PORT=8080",
        "SERVICE_TOKEN=" + "0123456789abcdef" * 4,
    ]
    line = next(finding.title for finding in project.findings if "filled in" in finding.title)
    given = re.findall(r'"([^"]+)"', line)
    again = repository.check(*(word for value in given for word in ("--env", value)))
    assert (again.report.projects[0].status, again.report.projects[0].filled_settings) == ("proven", [])


EXAMPLE = """
# for people
SERVICE_PORT=8080
REGION="eu-west"
DATABASE_URL=sqlite:///./local.db
"""


def test_settings_that_only_show_one_by_one_are_found_in_the_end(repository: Repository) -> None:
    """Each was asked for after the one before; nothing names them but the question itself."""
    lines = [f'FIRST_{n} = os.environ.get("FIRST_{n}") + "x"' for n in range(5)]
    repository.commit({"settings.py": "\n".join(["import os", *lines]), "migrations/env.py": "import settings\n" + ENV})
    repository.write({"models.py": WITH_AGE})
    project = repository.check().report.projects[0]
    assert project.status == "proven", project.error
    assert [line.partition("=")[0] for line in project.filled_settings] == [f"FIRST_{n}" for n in range(5)]
    appears("were filled in by the bot", "".join(f.title for f in project.findings))


def test_another_server_of_the_machine_is_taken_for_an_extension(repository: Repository) -> None:
    """The first one that was found had no pgvector, which comes with another one that was installed for the bot."""
    account = accounts().server
    if programs.find(account).has("vector") or not programs.find(account, ("vector",)).has("vector"):
        pytest.skip("the usual server of this machine has pgvector, or none has it")
    vector = "class Vector(sa.types.UserDefinedType):\n    def get_col_spec(self):\n        return 'vector(3)'\n"
    head, base = MODELS.split("class ", 1)
    repository.write({"models.py": f"{head}{vector}\n\nclass {base}    place = sa.Column(Vector)\n"})
    ended = repository.check()
    assert "running again" in ended.err
    project = ended.report.projects[0]
    assert project.status in ("proven", "warning"), project.error
    assert "it has vector, which this machine's usual server lacks" in "".join(f.title for f in project.findings)


OUTWARD = """
import os
import urllib.request

REALM = os.environ["REALM"]
ISSUER = os.getenv("ISSUER_URL")
if REALM.startswith("x") or not os.getenv("AUDIENCE"):
    raise RuntimeError("no audience")
if os.getenv("DISCOVERY_URL"):
    urllib.request.urlopen(os.environ.get("DISCOVERY_URL"))
"""


def test_an_address_that_makes_the_code_ask_a_server_is_taken_back(repository: Repository) -> None:
    """It does without the address; filled in with the rest, it led out of the sandbox, and the run ended there."""
    repository.commit({"settings.py": OUTWARD, "migrations/env.py": "import settings\n" + ENV})
    repository.write({"models.py": WITH_AGE})
    project = repository.check().report.projects[0]
    assert project.status == "proven", project.error
    assert [line.partition("=")[0] for line in project.filled_settings] == ["AUDIENCE", "ISSUER_URL", "REALM"]


def test_a_folder_that_the_projects_own_scripts_put_on_the_search_path_is_found(repository: Repository) -> None:
    """`PYTHONPATH=server alembic upgrade head`, says the image; `env.py` imports what is below that folder."""
    (repository.root / "models.py").unlink()
    repository.commit({"server/models.py": MODELS})
    repository.write({"server/models.py": WITH_AGE})
    project = repository.check().report.projects[0]
    assert project.status == "proven", project.error
    assert "the project's code is looked for in server as well, as with PYTHONPATH" in [
        f.title for f in project.findings
    ]


IN_CODE = """
from alembic import context
from sqlalchemy import create_engine
from models import Base

engine = create_engine("sqlite:///./local.db", connect_args={"check_same_thread": False})
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""


def test_a_database_for_development_in_the_code_is_led_to_postgresql(repository: Repository) -> None:
    """Nothing could be given that made it another one."""
    repository.commit({"migrations/env.py": IN_CODE})
    repository.write({"models.py": WITH_AGE})
    project = repository.check().report.projects[0]
    assert project.status == "proven", project.error
    appears("has a PostgreSQL driver: it was redirected", "".join(f.title for f in project.findings))


FROM_A_FILE = """
import configparser, os
parser = configparser.ConfigParser()
parser.read_file(open(os.environ.get("APP_CONFIG", "/etc/app/app.ini")))
assert parser["app"]["name"] == "tried"
"""


def test_the_repositorys_own_file_stands_in_for_one_of_the_machine(repository: Repository) -> None:
    repository.commit({"migrations/env.py": FROM_A_FILE + ENV, "devel/app.ini": "[app]\nname = tried\n"})
    repository.write({"models.py": WITH_AGE})
    project = repository.check().report.projects[0]
    assert (project.status, project.filled_settings) == ("proven", ["APP_CONFIG=devel/app.ini"]), project.error


def test_a_file_that_is_not_in_git_is_named_with_its_example(repository: Repository) -> None:
    reading = "import pathlib\npathlib.Path('settings.toml').read_text()\n"
    repository.commit(
        {"migrations/env.py": reading + ENV, "settings_example.toml": "a = 1\n", ".gitignore": "settings.toml\n"}
    )
    repository.write({"models.py": WITH_AGE})
    failed = repository.check()
    error = failed.report.projects[0].error
    assert error is not None
    command = re.search(r"--prepare '([^']+)'", error.advice)
    assert command is not None, error
    assert command[1] == "cp settings_example.toml settings.toml"
    assert repository.check("--prepare", command[1]).report.projects[0].status == "proven"


@pytest.mark.parametrize("command", ["exit 3", "no-such-program"])
def test_a_preparation_that_fails_is_named(repository: Repository, command: str) -> None:
    repository.write({"models.py": WITH_AGE})
    error = repository.check("--prepare", command).report.projects[0].error
    assert error is not None
    assert error.kind == "prepare"
    appears("--prepare … failed in", error.message)
    assert command in error.message


def test_the_code_may_write_into_both_checkouts(repository: Repository) -> None:
    """Models that make a folder for logs when they are imported got `Permission denied` on base's side."""
    writing = "import pathlib\npathlib.Path('logs').mkdir(exist_ok=True)\npathlib.Path('logs/a.txt').write_text('a')\n"
    repository.commit({"models.py": writing + MODELS})
    repository.write({"models.py": writing + WITH_AGE})
    assert repository.check().report.projects[0].status == "proven"
    assert not (repository.root / "logs").exists()
