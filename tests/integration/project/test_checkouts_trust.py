"""Nothing of a repository runs when it is checked out, and the worker's account gets what it needs alone."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import UsageError
from bot.project.checkout.checkouts import prepare
from bot.system import Account, accounts, landlock
from tests.support.process import GIT
from tests.support.repositories import Repo, files_in, state

_KILLED = """
import os, signal, sys
from pathlib import Path
from bot.system import Account
from bot.project.checkout.checkouts import prepare
from bot.project.checkout.git import Git
with prepare(Git(os.environ), Path(sys.argv[1]), "", "", Path(sys.argv[2]), Account()):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.make(tmp_path / "repo")
    made.commit({"models.py": "one\n"}, "first")
    return made


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    path = tmp_path / "run"
    path.mkdir()
    return path


def test_no_hook_filter_driver_or_monitor_runs(repo: Repo, run_dir: Path, tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\necho \"$0 $@\" >> '{trace}'\ncat\n")
    script.chmod(0o755)
    repo.commit({".gitattributes": "* filter=evil diff=evil merge=evil\n", "shared.py": "1\n"})
    repo.git("switch", "--quiet", "-c", "feature")
    repo.commit({"shared.py": "2\n"})
    repo.git("switch", "--quiet", "main")
    repo.commit({"shared.py": "3\n"})
    repo.git("switch", "--quiet", "feature")
    for key in ("clean", "smudge", "process"):
        repo.git("config", f"filter.evil.{key}", str(script))
    repo.git("config", "filter.evil.required", "true")
    repo.git("config", "merge.evil.driver", f"{script} %A %O %B")
    repo.git("config", "diff.evil.textconv", str(script))
    repo.git("config", "diff.external", str(script))
    repo.git("config", "core.fsmonitor", str(script))
    for hook in ("post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman"):
        (repo.path / ".git" / "hooks" / hook).symlink_to(script)
    repo.write({"shared.py": "working\n", "new.py": "new\n"})

    with prepare(GIT, repo.path, "", "", run_dir, Account()) as spaces:
        assert files_in(spaces.head.path)["shared.py"] == "working\n"
        assert files_in(spaces.head.path)["new.py"] == "new\n"

    assert not trace.exists()


def test_a_run_that_is_killed_leaves_the_repository_as_it_was(repo: Repo, run_dir: Path) -> None:
    repo.write({"models.py": "two\n", "new.py": ""})
    before = state(repo.path)

    done = subprocess.run([sys.executable, "-c", _KILLED, repo.path, run_dir], check=False)

    assert done.returncode == -signal.SIGKILL
    assert (run_dir / "workspaces" / "head" / "new.py").exists()
    assert state(repo.path) == before


def test_variables_of_a_git_hook_do_not_lead_astray(
    repo: Repo, run_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Repo.make(tmp_path / "other")
    other.commit({"other.py": ""})
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / ".git" / "index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.path))
    repo.write({"models.py": "two\n"})

    with prepare(GIT, repo.path, "", "", run_dir, Account()) as spaces:
        assert files_in(spaces.head.path) == {"models.py": "two\n"}


def test_files_that_the_user_ignores_everywhere_stay_out(
    repo: Repo, run_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[core]\n\texcludesFile = ~/ignored\n")
    (home / "ignored").write_text("*.swp\n")
    monkeypatch.setenv("HOME", str(home))
    repo.write({"models.py.swp": "", "new.py": ""})

    with prepare(GIT, repo.path, "", "", run_dir, Account()) as spaces:
        assert [file.path for file in spaces.changed] == ["new.py"]


def test_new_files_that_are_no_code_stay_out(repo: Repo, run_dir: Path, tmp_path: Path) -> None:
    repo.write({"env/pyvenv.cfg": "", "env/lib/x.py": "", "web/node_modules/x.js": "", "new.py": ""})
    with (repo.path / "dump.bin").open("wb") as file:
        file.truncate(51 * 1024**2)
    (repo.path / "pipe").unlink(missing_ok=True)
    os.mkfifo(repo.path / "pipe")
    Repo.make(repo.path / "inner").write({"x.py": ""})

    with prepare(GIT, repo.path, "", "", run_dir, Account()) as spaces:
        assert [file.path for file in spaces.changed] == ["new.py"]
        assert spaces.notes == ("new files left out (larger than 50 MiB, or not readable): dump.bin",)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another account")
def test_both_sides_are_the_workers_where_landlock_keeps_them_apart(repo: Repo, run_dir: Path) -> None:
    worker = accounts().worker
    repo.write({"folder/new.py": "", "run.sh": ""})
    (repo.path / "run.sh").chmod(0o700)
    (repo.path / "link").symlink_to("/etc/passwd")
    was = os.umask(0o077)
    try:
        with prepare(GIT, repo.path, "", "", run_dir, worker) as spaces:
            folder = (spaces.head.path / "folder").stat()
            base = (spaces.base.path / "models.py").stat()
            script = (spaces.head.path / "run.sh").stat()
    finally:
        os.umask(was)

    assert (folder.st_uid, folder.st_mode & 0o777) == (worker.uid, 0o755)
    assert (base.st_uid, base.st_mode & 0o777) == (worker.uid if landlock.version() else 0, 0o644)
    assert (script.st_uid, script.st_mode & 0o777) == (worker.uid, 0o755)
    assert Path("/etc/passwd").stat().st_uid == 0


def test_a_commit_of_more_files_than_can_be_is_not_checked_out(repo: Repo, run_dir: Path) -> None:
    """Seven folders, each ten times in the next: ten million files in a few kilobytes, which had no end."""
    (run_dir / "x").touch()
    tree = f"100644 blob {repo.git('hash-object', '-w', str(run_dir / 'x'))}\tx"
    for _ in range(7):
        made = "".join(f"{tree}{number}\n" for number in range(10))
        done = subprocess.run(["git", "mktree"], cwd=repo.path, input=made, capture_output=True, text=True, check=True)
        tree = f"040000 tree {done.stdout.strip()}\tx"
    bomb = repo.git("commit-tree", done.stdout.strip(), "-p", "HEAD", "-m", "bomb")
    with (
        pytest.raises(UsageError, match="more than 1,000,000 files"),
        prepare(GIT, repo.path, "HEAD", bomb, run_dir, Account()),
    ):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another account")
def test_a_repository_of_another_account_can_be_read(repo: Repo, run_dir: Path) -> None:
    worker = accounts().worker
    for item in (repo.path, *repo.path.rglob("*")):
        worker.own(item)
    repo.write({"models.py": "two\n"})

    with prepare(GIT, repo.path, "", "", run_dir, Account()) as spaces:
        assert files_in(spaces.head.path) == {"models.py": "two\n"}
