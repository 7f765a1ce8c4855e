"""Packages of npm for tests, installed once for a machine and outside of the repository."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "alembic-migration-bot-tests"


def installed(package: str) -> Path:
    """The folder in which node finds `package`, such as `mermaid@11.17.2`; skips the test where there is no such."""
    folder = CACHE / re.sub(r"\W+", "-", package)
    if folder.is_dir():
        return folder
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("needs node and npm")
    CACHE.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=CACHE))
    quiet = ("--silent", "--ignore-scripts", "--no-audit", "--no-fund")
    command = ["npm", "install", "--prefix", str(fresh), *quiet, package]
    try:
        done = subprocess.run(command, cwd=fresh, capture_output=True, text=True, check=False, timeout=120)
        failure = done.stderr.strip() if done.returncode else ""
    except subprocess.TimeoutExpired:
        failure = "it takes too long"
    if failure:
        shutil.rmtree(fresh)
        pytest.skip(f"npm cannot install {package}: {failure[-300:]}")
    try:
        fresh.rename(folder)
    except OSError:  # another worker was first
        shutil.rmtree(fresh)
    return folder


def run(package: str, program: str, text: str) -> str:
    """What a program (of node, with modules) prints that can import `package`; `text` is its standard input."""
    folder = installed(package)
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".mjs") as file:
        file.write(program)
        file.flush()
        done = subprocess.run(
            ["node", file.name], input=text, cwd=folder, capture_output=True, text=True, check=False, timeout=60
        )
    assert done.returncode == 0, done.stderr
    return done.stdout
