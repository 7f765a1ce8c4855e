"""docs/add-a-completion.md: its diff applies to this tree, and what it adds works on a server."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/add-a-completion.md"


def diff() -> str:
    """All blocks of the page, as one patch."""
    return "".join(re.findall(r"^```diff\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """This tree with the diff in it."""
    for name in ("bot", "tests", "templates", "examples", "benchmarks", "docs", "pyproject.toml"):
        source, target = ROOT / name, tmp_path / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    subprocess.run(["git", "apply", "-"], input=diff(), cwd=tmp_path, text=True, check=True)
    return tmp_path


def run_tests(tree: Path, *words: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]
    env = {**os.environ, "PYTHONPATH": str(tree)}
    done = subprocess.run(command, cwd=tree, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


def test_the_diff_of_the_page_works(tree: Path) -> None:
    run_tests(tree, "tests/unit/migration/planner", "tests/unit/schema")
    run_tests(tree, "tests/integration/test_cases.py", "-k", "cast_added")
