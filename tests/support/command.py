"""The command itself, as a user types it: a process of its own, in a repository of its own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

import pytest

from bot.model import Report
from tests.support.interpreter import project_python
from tests.support.projects import FILES
from tests.support.report_schema import valid_report


@dataclass(frozen=True)
class Ended:
    """How the command ended."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> Report:
        return valid_report(self.out.encode())


@dataclass
class Repository:
    """A repository, and the places that the command may leave something in."""

    root: Path
    cache: Path
    temporary: Path
    environ: dict[str, str] = field(default_factory=dict)

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text))

    def git(self, *words: str) -> str:
        identity = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
        done = subprocess.run(
            ["git", *identity, "-C", str(self.root), *words], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, files: Mapping[str, str]) -> None:
        self.write(files)
        if not (self.root / ".git").exists():
            self.git("init", "--quiet", "--initial-branch=main")
        self.git("add", "-A")
        self.git("commit", "--quiet", "-m", "base")

    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "SSL_CERT_FILE") if name in os.environ}
        places = {"MIGRATION_BOT_CACHE": str(self.cache), "TMPDIR": str(self.temporary), "HOME": str(self.root.parent)}
        return {**kept, **places, **self.environ}

    def command(self, *options: str) -> list[str]:
        return [sys.executable, "-m", "bot", "check", "--repo", str(self.root), "--format", "json", *options]

    def check(self, *options: str, python: str | None = None) -> Ended:
        """`migration-bot check`, with this Python as the project's; with "", the bot is to find one."""
        python = str(project_python()) if python is None else python
        given = self.command(*(["--python", python] if python else []), *options)
        done = subprocess.run(given, capture_output=True, text=True, env=self.environment(), check=False)
        assert "Traceback (most recent call last)" not in _own(done.stderr), done.stderr
        return Ended(done.returncode, done.stdout, done.stderr)

    def left(self) -> list[str]:
        """What is still there of runs in the temporary folder."""
        return sorted(path.name for path in self.temporary.iterdir())


def _own(text: str) -> str:
    """Without what is indented: the tail of a project's log."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("    "))


def new(folder: Path, cache: Path) -> Repository:
    """One without anything in it. The account that runs the project's code reaches what is below the cache alone."""
    temporary = Path(tempfile.mkdtemp(dir=cache))
    temporary.chmod(0o755)
    (folder / "repo").mkdir()
    return Repository(folder / "repo", cache, temporary)


@pytest.fixture
def empty(tmp_path: Path, bot_cache: Path) -> Repository:
    return new(tmp_path, bot_cache)


@pytest.fixture
def repository(empty: Repository) -> Repository:
    empty.commit(FILES)
    return empty
