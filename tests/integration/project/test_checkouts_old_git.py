"""With a git before 2.38, which cannot merge without a work tree; a script on PATH takes its part."""

import shutil
from pathlib import Path

import pytest

from bot.project.checkout.checkouts import prepare
from bot.system import Account
from tests.support.process import GIT
from tests.support.repositories import Repo, files_in

_OLD = """\
#!/bin/sh
case "$*" in *--write-tree*) echo 'usage: git merge-tree <base-tree> <branch1> <branch2>' >&2; exit 129;; esac
exec '{git}' "$@"
"""


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    git = tmp_path / "bin" / "git"
    git.parent.mkdir()
    git.write_text(_OLD.format(git=shutil.which("git")))
    git.chmod(0o755)
    monkeypatch.setenv("PATH", f"{git.parent}:/usr/local/bin:/usr/bin:/bin")
    made = Repo.make(tmp_path / "repo")
    made.commit({"models.py": "one\n", "other.py": "one\n"})
    made.git("switch", "--quiet", "-c", "feature")
    made.commit({"models.py": "ours\n"})
    made.git("switch", "--quiet", "main")
    return made


def test_files_that_one_side_alone_touched_are_merged(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"other.py": "theirs\n"})

    with prepare(GIT, repo.path, "main", "feature", tmp_path, Account()) as spaces:
        assert spaces.merged
        assert files_in(spaces.head.path) == {"models.py": "ours\n", "other.py": "theirs\n"}


def test_files_that_both_touched_are_a_conflict(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"models.py": "theirs\n"})

    with prepare(GIT, repo.path, "main", "feature", tmp_path, Account()) as spaces:
        assert not spaces.merged
        assert "(in models.py)" in spaces.conflict
        assert files_in(spaces.head.path) == {"models.py": "ours\n", "other.py": "one\n"}
