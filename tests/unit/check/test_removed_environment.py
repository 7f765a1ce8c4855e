"""A change that removes an Alembic configuration, with or without the migrations that it leads to."""

from pathlib import Path

from bot.check.assembly import removed
from bot.discovery.environments import AlembicConfig
from tests.support.troubleshooting import appears

CONFIG = AlembicConfig(
    path="alembic.ini", kind="ini", section="alembic", script_location="migrations", cwd="", script_dir="migrations"
)


def test_migrations_that_nothing_leads_to_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations/env.py").write_text("")
    project = removed(CONFIG, tmp_path).project
    (found,) = project.findings
    assert (project.status, found.code, found.severity) == ("failed", "environment-removed", "error")
    appears("The change removes the Alembic configuration …", found.title + found.detail)


def test_an_environment_that_goes_as_a_whole_is_a_warning(tmp_path: Path) -> None:
    project = removed(CONFIG, tmp_path).project
    (found,) = project.findings
    assert (project.status, found.code, found.severity) == ("warning", "environment-removed", "warning")
