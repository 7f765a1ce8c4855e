"""Brings commits into a clone that may be too shallow to have them.

In: a clone (that of actions/checkout), commits, a token. Out: the commits with enough history to see
where they parted. The token reaches git through its environment only: no argument, no file, no log has it.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ToolError
from bot.project.checkout.git import Repository, git

_DEPTHS = ("50", "1000", "")  # commits; empty means all


@dataclass(frozen=True)
class Remote:
    """Where commits come from; without a token, git is asked as it is set up."""

    server_url: str
    token: str

    def config(self) -> dict[str, str]:
        """Settings of git that carry the token, in place of the one that actions/checkout may have left.

        A header is added to those that are there, and GitHub refuses two for one purpose with 400; an empty value
        takes back those before it. Names of settings do not depend on their case, keys of a dictionary do.
        """
        allowed = {f"protocol.{name}.allow": "always" for name in ("https", "http", "file")}
        if not self.token:
            return allowed
        words = base64.b64encode(f"x-access-token:{self.token}".encode()).decode()
        name = f"http.{self.server_url}/.extra"
        return allowed | {f"{name}Header": "", f"{name}header": f"AUTHORIZATION: basic {words}"}


def bring(workspace: Path, remote: Remote, commits: Mapping[str, str]) -> None:
    """Fetch what is missing of `commits` (each with a ref to try instead), and history until they meet.

    Raises `ToolError` of kind `git` when the remote does not give them.
    """
    repository, refused = Repository.open(workspace), ""
    for depth in _DEPTHS:
        missing = {sha: ref for sha, ref in commits.items() if repository.commit(sha) is None}
        if not missing and _meet(repository, list(commits)):
            return
        if not missing and repository.shallow is None:
            return  # unrelated histories: nothing to wait for
        refused = _fetch(repository, remote, missing or commits, depth)
        repository = Repository.open(workspace)
    still = [sha for sha in commits if repository.commit(sha) is None]
    if still:
        raise ToolError(
            f"commit {still[0][:12]} is not to be had from origin",
            "Where it was replaced by a force-push, the check of the newer commit will tell; else see git's own words.",
            kind="git",
            log_tail=refused,
        )


def bring_alone(workspace: Path, remote: Remote, wanted: Sequence[str]) -> None:
    """Fetch commits or refs without the history behind them; raises `ToolError` when origin does not give them all."""
    words = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--depth=1", "origin")
    done = git(*words, *wanted, cwd=Repository.open(workspace).root, config=remote.config(), check=False)
    if done.code != 0:
        raise ToolError(f"{wanted[0][:12]} is not to be had from origin", kind="git", log_tail=done.stderr.strip())


def tip(workspace: Path, remote: Remote, branch: str) -> str:
    """Where a branch is now; empty where it is gone, or origin does not say."""
    ref = f"refs/heads/{branch}"
    root = Repository.open(workspace).root
    listed = git("ls-remote", "origin", ref, cwd=root, config=remote.config(), check=False).stdout
    return next((sha for sha, _, name in (line.partition("\t") for line in listed.splitlines()) if name == ref), "")


def parent(workspace: Path, commit: str) -> str:
    """A commit's first parent, which a shallow clone need not have; empty for a root."""
    written = git("cat-file", "commit", commit, cwd=Repository.open(workspace).root).stdout
    head = written.partition("\n\n")[0].splitlines()
    return next((line.removeprefix("parent ") for line in head if line.startswith("parent ")), "")


def _meet(repository: Repository, commits: list[str]) -> bool:
    return len(commits) < 2 or repository.merge_base(commits[0], commits[1]) is not None


def _fetch(repository: Repository, remote: Remote, commits: Mapping[str, str], depth: str) -> str:
    """By commit, and where a server refuses that, by ref; what git says where neither goes."""
    deepen = [f"--depth={depth}"] if depth else (["--unshallow"] if repository.shallow else [])
    words = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", *deepen, "origin"]
    for wanted in (list(commits), [ref for ref in commits.values() if ref]):
        done = git(*words, *wanted, cwd=repository.root, config=remote.config(), check=False)
        if done.code == 0:
            return ""
    return done.stderr.strip()
