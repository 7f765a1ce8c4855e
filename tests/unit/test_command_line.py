"""What the program says of itself, without a repository."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_version_is_that_of_the_package() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "--version"], check=False, capture_output=True, text=True, cwd=ROOT
    )
    assert (ended.returncode, ended.stdout) == (0, f"migration-bot {declared}\n")
