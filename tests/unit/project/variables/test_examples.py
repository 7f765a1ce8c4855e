"""Values that a repository shows, in whatever file it does."""

from pathlib import Path

import pytest

from bot.project.variables.examples import alike, shown

FILES = {
    ".env.example": "export TOKEN='a b'  # a comment",
    "env.sample": "TOKEN=a b",
    "example.env": 'TOKEN="a b"',
    "docker-compose.yml": "services:\n  web:\n    environment:\n      TOKEN: a b\n",
    "compose.dev.yaml": "services:\n  web:\n    environment:\n      - TOKEN=a b\n",
    ".github/workflows/test.yml": "jobs:\n  test:\n    env:\n      TOKEN: 'a b'\n",
    "pytest.ini": "[pytest]\nenv =\n    TOKEN=a b\n",
    "tox.ini": "[testenv]\nsetenv =\n    TOKEN = a b\n",
    "pyproject.toml": '[tool.pytest.ini_options]\nenv = [\n  "D:TOKEN=a b",\n]\n',
    "tests/conftest.py": 'import os\nos.environ["TOKEN"] = "a b"\n',
    "Dockerfile": 'FROM python\nENV TOKEN="a b"\n',
    "Makefile": 'upgrade:\n\tTOKEN="a b" FLASK_APP=manage.py flask db upgrade\n',
    "README.md": "Run `TOKEN='a b' alembic upgrade head` first.\n",
    "docker/compose.yml": "environment:\n  TOKEN: ${TOKEN:-a b}\n",
}


@pytest.mark.parametrize("name", FILES)
def test_every_place_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FILES[name])
    assert shown(tmp_path, ()).get("TOKEN") == ["a b"]


def test_those_of_tests_come_first_and_the_nearer_ones(tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    (tmp_path / ".env.example").write_text("TOKEN=far")
    (tmp_path / "server/.env.example").write_text("TOKEN=near")
    (tmp_path / ".env.test").write_text("TOKEN=test")
    assert shown(tmp_path, ("server",))["TOKEN"] == ["test", "near", "far"]


@pytest.mark.parametrize(
    "line",
    ["TOKEN=", "TOKEN=<yours>", "TOKEN=${{ secrets.TOKEN }}", "TOKEN=$OTHER", "TOKEN=changeme", "TOKEN= # yours"],
)
def test_what_is_no_value_is_none(tmp_path: Path, line: str) -> None:
    (tmp_path / ".env.example").write_text(line)
    assert "TOKEN" not in shown(tmp_path, ())


@pytest.mark.parametrize("name", ["run.sh", "Makefile", "Procfile", "Dockerfile", "README.md", "docker-compose.yml"])
def test_a_command_behind_a_value_is_not_part_of_it(tmp_path: Path, name: str) -> None:
    """`FLASK_APP=shop/app.py flask db upgrade` named a module with three blanks in its name."""
    (tmp_path / name).write_text("  FLASK_APP=shop/app.py MODE='a b' flask db upgrade;\nexport PORT=80 # all\n")
    assert shown(tmp_path, ("",)) == {"FLASK_APP": ["shop/app.py"], "MODE": ["a b"], "PORT": ["80"]}
    (tmp_path / name).rename(tmp_path / ".env.example")
    assert shown(tmp_path, ("",))["FLASK_APP"] != ["shop/app.py"]


def test_a_name_in_code_is_no_value(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('os.environ["DB_URL"] = url\n')
    assert shown(tmp_path, ()) == {}


def test_a_link_that_leads_out_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("TOKEN=secret")
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout/.env.example").symlink_to(tmp_path / "secret")
    assert shown(tmp_path / "checkout", ()) == {}


def test_a_file_of_the_repository_like_another() -> None:
    files = ["docs/app.cfg.md", "deploy/app.cfg", "app.example.cfg", "devel/files/app.cfg", "other.cfg"]
    assert alike("app.cfg", files) == "devel/files/app.cfg"
    assert alike("app.cfg", files[:3]) == "app.example.cfg"
    assert alike("nothing.cfg", files) == ""
