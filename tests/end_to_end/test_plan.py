"""`migration-bot plan`, as a step of any workflow runs it."""

import json
import subprocess
import sys

from tests.support.command import Repository
from tests.support.projects import FILES, WITH_AGE


def _plan(repository: Repository, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "bot", "plan", "--repo", str(repository.root), *options]
    return subprocess.run(command, capture_output=True, text=True, env=repository.environment(), check=False)


def test_the_matrix_is_one_line_and_the_reasons_are_told(repository: Repository) -> None:
    repository.commit({f"other/{name}": text for name, text in FILES.items()})
    repository.write({"other/models.py": WITH_AGE})
    out = repository.root.parent / "out"
    done = _plan(repository, "--output-dir", str(out))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    reason = "other/models.py is called like models"
    assert json.loads(done.stdout) == {"include": [{"number": 1, "config": "other/alembic.ini", "reason": reason}]}
    assert f"job 1: other/alembic.ini ({reason})" in done.stderr
    (project,) = json.loads((out / "report.json").read_text())["projects"]
    assert (project["config"], project["status"]) == ("other/alembic.ini", "error")
    assert repository.left() == []


def test_without_a_change_there_is_no_job(repository: Repository) -> None:
    done = _plan(repository)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"include": []})
    assert "nothing to do" in done.stderr


def test_what_is_wrong_is_said_in_one_error(repository: Repository) -> None:
    done = _plan(repository, "--config", "nowhere.ini")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--config nowhere.ini" in done.stderr
