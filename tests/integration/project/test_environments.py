"""Environments made by uv from the package index, and what is said when they cannot be."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot import settings
from bot.errors import BotError, ProjectError, ToolError
from bot.project.environment import environments
from bot.project.environment.environments import Environment, EnvironmentRequest
from bot.system import accounts, run

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def project(bot_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the installing account can read."""
    folder = bot_cache / tmp_path_factory.mktemp("x").name
    folder.mkdir(mode=0o755)
    return folder


def tool_env() -> dict[str, str]:
    """What an installer gets of the environment: proxies, certificates, the place of the index."""
    return dict(settings.from_options({}, settings.environment()).tool_env)


def prepare(project: Path, cache: Path, *, python: str = HERE, install: str = "") -> Environment:
    request = EnvironmentRequest(project, project, python, install, None, tool_env())
    return environments.prepare(request, cache_dir=cache, accounts=accounts(), log=lambda _text: None)


def test_requirements_with_alembic_and_a_driver_added(project: Path, bot_cache: Path) -> None:
    (project / "requirements.txt").write_text("sqlalchemy==2.0.40\n")
    made = prepare(project, bot_cache)
    assert set(made.added) == {"alembic", "psycopg2-binary"}
    done = run([made.python, "-c", "import alembic, psycopg2, sqlalchemy; print(sqlalchemy.__version__)"])
    assert done.stdout.strip() == "2.0.40"
    assert prepare(project, bot_cache) == made


def test_the_same_files_share_one_environment(project: Path, bot_cache: Path) -> None:
    for name in ("base", "head"):
        (project / name).mkdir()
        (project / name / "requirements.txt").write_text("sqlalchemy==2.0.40\n")
    assert prepare(project / "base", bot_cache).python == prepare(project / "head", bot_cache).python


def test_the_users_command_replaces_it_all(project: Path, bot_cache: Path) -> None:
    (project / "requirements.txt").write_text("no-such-package-at-all==9\n")
    made = prepare(project, bot_cache, install="uv pip install alembic==1.13.0 pg8000")
    assert made.source == "--install"
    assert made.added == ()
    assert run([made.python, "-c", "import alembic; print(alembic.__version__)"]).stdout.strip() == "1.13.0"


@pytest.mark.parametrize(
    ("files", "options", "said"),
    [
        ({"requirements.txt": "no-such-package-at-all==9\n"}, {}, "no-such-package-at-all"),
        ({"requirements.txt": "sqlalchemy==0.0.0.1\n"}, {}, "sqlalchemy"),
        ({"poetry.lock": "no TOML"}, {}, "poetry.lock cannot be read"),
        ({}, {"install": "exit 7"}, "exit code 7"),
        ({}, {"python": "/no/such/python"}, "/no/such/python"),
        ({}, {"python": "2.7"}, "no Python 2.7"),
    ],
)
def test_what_cannot_be_is_one_clear_error(
    project: Path, bot_cache: Path, files: dict[str, str], options: dict[str, str], said: str
) -> None:
    for name, text in files.items():
        (project / name).write_text(text)
    with pytest.raises(BotError) as raised:
        prepare(project, bot_cache, **options)
    assert isinstance(raised.value, ProjectError | ToolError)
    assert said in f"{raised.value.message} {raised.value.log_tail}"
    assert raised.value.advice


def test_a_uv_that_is_gone_is_named(tmp_path: Path) -> None:
    """The bot's packages without the programs that came with them."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    shutil.copytree(Path(packages, "uv"), tmp_path / "packages/uv")
    script = "from bot.project.environment.uv import uv_program\nprint(uv_program())"
    env = {
        "PYTHONPATH": f"{tmp_path / 'packages'}:{Path(__file__).parents[3]}:{packages}",
        "HOME": str(tmp_path),
        "PATH": "/usr/bin",
    }
    done = run([tmp_path / "venv/bin/python", "-c", script], env=env, check=False)
    if done.code == 0:
        pytest.skip(f"the Python that this environment is made of has a uv of its own: {done.stdout.strip()}")
    assert "ToolError: the program uv, which came with the bot, is missing" in done.stderr
