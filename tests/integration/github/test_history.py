"""Commits from a server like GitHub's, into clones as actions/checkout leaves them."""

import base64
import subprocess
from pathlib import Path

import pytest

from bot.errors import ToolError
from bot.github.history import Remote, ensure_commits
from tests.fakes.git_server import NAME, serve_git
from tests.support.process import GIT

TOKEN = "ghs_own"


def _git(folder: Path, *words: str) -> str:
    given = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", str(folder), *words]
    return subprocess.run(given, check=True, capture_output=True, text=True).stdout.strip()


def _left_behind(clone: Path, server: str) -> None:
    """What `persist-credentials: true` leaves until version 5: a header in the clone's own configuration."""
    words = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    _git(clone, "config", "--local", f"http.{server}/.extraheader", f"AUTHORIZATION: basic {words}")


def _left_beside(clone: Path, server: str) -> None:
    """And from version 6 on: a file of the runner's, which the configuration includes for this clone."""
    beside = clone.parent / "git-credentials.config"
    words = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    _git(clone, "config", "--file", str(beside), f"http.{server}/.extraheader", f"AUTHORIZATION: basic {words}")
    _git(clone, "config", "--local", f"includeIf.gitdir:{clone / '.git'}.path", str(beside))


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A shallow clone of the first of two commits."""
    bare, author = tmp_path / "shop.git", tmp_path / "author"
    _git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    _git(bare, "config", "uploadpack.allowAnySHA1InWant", "true")
    _git(tmp_path, "clone", "--quiet", str(bare), str(author))
    _git(author, "checkout", "--quiet", "-B", "main")
    for number in "12":
        _git(author, "commit", "--quiet", "--allow-empty", "-m", number)
        _git(author, "push", "--quiet", "origin", "main")
        if number == "1":
            _git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{bare}", str(tmp_path / "clone"))
    return tmp_path / "clone"


@pytest.mark.parametrize("leave", [_left_behind, _left_beside])
def test_credentials_that_the_checkout_left_are_not_sent_a_second_time(clone: Path, leave: "object") -> None:
    bare = clone.parent / "shop.git"
    newest = _git(bare, "rev-parse", "main")
    with serve_git(bare, "127.0.0.1", TOKEN) as server:
        _git(clone, "remote", "set-url", "origin", f"{server}{NAME}")
        leave(clone, server)  # type: ignore[operator]
        ensure_commits(clone, Remote(GIT, server, TOKEN), {newest: ""})
    assert _git(clone, "cat-file", "-t", newest) == "commit"


def test_what_git_says_is_kept(clone: Path) -> None:
    with serve_git(clone.parent / "shop.git", "127.0.0.1", "another") as server:
        _git(clone, "remote", "set-url", "origin", f"{server}{NAME}")
        with pytest.raises(ToolError) as refused:
            ensure_commits(clone, Remote(GIT, server, TOKEN), {"1" * 40: ""})
    assert "fatal: " in refused.value.log_tail
    assert "cannot be fetched from origin" in refused.value.message
