"""Lists of packages aside from those that a project is installed from, and what is missing."""

from pathlib import Path

import pytest

from bot.project.environment import dependencies, other_lists
from tests.support.folders import write

FILES = {
    "api/pyproject.toml": '[project]\nname = "api"\nversion = "1"\n'
    '[project.optional-dependencies]\npg = ["asyncpg>=0.29", "own @ file:../own"]\n'
    "[dependency-groups]\nbots = [\"python-telegram-bot[rate-limiter]==21.0 ; python_version > '3.8'\"]\n",
    "api/deploy/requirements.txt": "Flask_SocketIO\n-e ../lib\nown @ git+https://example.invalid/own\n",
    "requirements-cloud.txt": "google-cloud-storage==2.0\npyyaml\n",
    "other/requirements.txt": "flask-socketio==1\n",
    "notes.txt": "loguru\n",
}


@pytest.mark.parametrize(
    ("module", "place", "line"),
    [
        ("asyncpg", "the group pg", "asyncpg>=0.29"),
        ("telegram", "the group bots", "python-telegram-bot[rate-limiter]==21.0 ; python_version > '3.8'"),
        ("flask_socketio", "api/deploy/requirements.txt", "Flask_SocketIO"),
        ("google.cloud", "requirements-cloud.txt", "google-cloud-storage==2.0"),
        ("yaml", "requirements-cloud.txt", "pyyaml"),
    ],
)
def test_the_nearest_list_that_has_the_package(tmp_path: Path, module: str, place: str, line: str) -> None:
    write(tmp_path, FILES)
    found = other_lists.having(dependencies.find(tmp_path / "api", tmp_path), module)
    assert found is not None
    assert (found.place, found.line) == (place, line)
    assert not any("@" in line or line.startswith("-") for line in found.lines)


@pytest.mark.parametrize("module", ["loguru", "own", "google", "storage"])
def test_what_no_list_has(tmp_path: Path, module: str) -> None:
    """Words in other files, and what comes from elsewhere than an index, are no packages to install."""
    write(tmp_path, FILES)
    assert other_lists.having(dependencies.find(tmp_path / "api", tmp_path), module) is None
