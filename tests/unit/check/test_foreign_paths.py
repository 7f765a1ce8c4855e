"""Paths that the project's code names: nothing outside of a checkout is read, nothing that is there is written over."""

from pathlib import Path

import pytest

from bot.check.delivery import deliver
from bot.errors import ToolError
from bot.migration.writer.revisions import shown
from bot.model import Migration, Project, Report
from bot.project.client.client import Revision
from bot.settings import Settings
from tests.support.process import MACHINE

SECRET = "TOKEN = 'secret'"


def _revision(path: str) -> Revision:
    return Revision(
        revision="b2", path=path, down_revision=[], depends_on=[], branch_labels=[], doc="", downgrade="complete"
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    (root / "versions").mkdir(parents=True)
    (root / "versions/b2.py").write_text("revision = 'b2'\ndown_revision = None\n")
    for folder in ("app", "alembic/versions"):
        (root / folder).mkdir(parents=True)
    (root / "app/models.py").write_text("")
    (root / "alembic/env.py").write_text("")
    (root / ".git").mkdir()
    (root / ".git/hook.py").write_text(SECRET)
    (root / "settings.ini").write_text(SECRET)
    (tmp_path / "secret.py").write_text(SECRET)
    (root / "versions/link.py").symlink_to(tmp_path / "secret.py")
    (root / "versions/folder").symlink_to(tmp_path)
    return root


def test_a_revision_is_shown(checkout: Path) -> None:
    assert shown(_revision("versions/b2.py"), checkout, False, {}).source.startswith("revision = 'b2'")


@pytest.mark.parametrize(
    "path",
    ["../secret.py", "versions/../../secret.py", "versions/link.py", "versions/folder/secret.py", ".git/hook.py",
     "settings.ini", "versions"],
)  # fmt: skip
def test_a_forged_path_shows_nothing(checkout: Path, path: str) -> None:
    assert shown(_revision(path), checkout, False, {}).source == ""


def test_an_absolute_path_shows_nothing(checkout: Path) -> None:
    assert shown(_revision(str(checkout.parent / "secret.py")), checkout, False, {}).source == ""


def _write(root: Path, path: str) -> None:
    migration = Migration(path=path, revision="b2", down_revision=None, origin="generated", source="forged")
    project = Project(config="alembic.ini", status="proven", migrations=[migration])
    report = Report(status="proven", base="a", head=None, projects=[project])
    deliver(Settings(repo=root, machine=MACHINE, cache_dir=root / "cache", write=True), report, {})


@pytest.mark.parametrize("path", ["versions/c3.py", "alembic/versions/c3.py", "alembic/versions/2026/c3.py"])
def test_a_new_file_is_written(checkout: Path, path: str) -> None:
    _write(checkout, path)
    assert (checkout / path).read_text() == "forged"


@pytest.mark.parametrize(
    "path",
    ["versions/b2.py", "versions/link.py", ".git/new.py", "../new.py", "versions/folder/new.py", "setup.cfg",
     "conftest.py", "c3.py", "app/c3.py", "new/test_c3.py", "versions/conftest.py", "alembic/versions/__init__.py",
     "versions/../conftest.py"],
)  # fmt: skip
def test_nothing_is_written_over_or_elsewhere(checkout: Path, path: str) -> None:
    with pytest.raises(ToolError):
        _write(checkout, path)
    written = [file for file in checkout.parent.rglob("*") if file.is_file() and file.read_text() == "forged"]
    assert written == []
