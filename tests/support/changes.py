"""A change of models in a real repository, checked by the whole pipeline on a real server."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from bot import settings
from bot.check import pipeline
from bot.check.pipeline import Checked
from bot.model import Decision, Finding, Migration, Project, Report
from bot.report.progress import Progress
from tests.support.interpreter import project_python
from tests.support.process import machine_with
from tests.support.projects import ENV, INI, TEMPLATE

HEADER = """
import sqlalchemy as sa
from sqlalchemy import event, DDL, Column, Integer, String, Text, Boolean, Numeric, ForeignKey, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase

class Base(DeclarativeBase):
    pass

"""


@dataclass(frozen=True)
class Change:
    """A repository with base's files committed; `check` puts head's files into the working tree."""

    root: Path
    cache: Path

    def base(self, models: str, files: Mapping[str, str] | None = None) -> None:
        self._write({"alembic.ini": INI, "migrations/env.py": ENV, "migrations/script.py.mako": TEMPLATE})
        self._write({"models.py": HEADER + dedent(models), "migrations/versions/.keep": "", **(files or {})})
        self._git("init", "--quiet", "--initial-branch=main")
        self._git("add", ".")
        self._git("-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", "base")

    def check(self, models: str, files: Mapping[str, str] | None = None, **options: Any) -> Project:
        """The one project of the report."""
        (project,) = self.report(models, files, **options).projects
        return project

    def report(self, models: str, files: Mapping[str, str] | None = None, **options: Any) -> Report:
        """The whole report."""
        return self.checked(models, files, **options).report

    def checked(self, models: str, files: Mapping[str, str] | None = None, **options: Any) -> Checked:
        """The report, and where the time went."""
        self._write({"models.py": HEADER + dedent(models), **(files or {})})
        given = {"repo": str(self.root), "python": str(project_python()), "message": "change", **options}
        chosen = settings.from_options(given, machine_with({"MIGRATION_BOT_CACHE": str(self.cache)}))
        with Progress() as progress:
            return pipeline.check(chosen, progress)

    def _write(self, files: Mapping[str, str]) -> None:
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(content))

    def _git(self, *words: str) -> None:
        subprocess.run(["git", "-C", str(self.root), *words], check=True, capture_output=True)


@pytest.fixture
def change(tmp_path: Path, bot_cache: Path) -> Change:
    return Change(tmp_path / "repository", bot_cache)


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory, bot_cache: Path) -> Change:
    """For a check that tests of a module share: each of their cases has a table of its own."""
    return Change(tmp_path_factory.mktemp("joined") / "repository", bot_cache)


def generated(project: Project) -> Migration:
    """The one migration that the bot wrote."""
    (migration,) = [m for m in project.migrations if m.origin == "generated"]
    return migration


def upgrade(project: Project) -> str:
    """The body of the generated upgrade."""
    source = generated(project).source
    return source[source.index("def upgrade") : source.index("def downgrade")]


def finding(project: Project, code: str) -> Finding:
    """The first finding of that code."""
    return next(found for found in project.findings if found.code == code)


def codes(project: Project) -> set[str]:
    return {found.code for found in project.findings}


def decision(project: Project, subject: str) -> Decision:
    return next(found for found in project.decisions if found.subject == subject)
