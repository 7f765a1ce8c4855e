"""Fetches commits into a clone that may be too shallow to have them.

In: a clone (made by actions/checkout), commits, a token. Out: the commits with enough history to find their merge
base. The token is passed to git through the environment only, never in an argument, a file or a log.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ToolError
from bot.project.checkout.git import Git, Repository

_DEPTHS = ("50", "1000", "")  # commits; empty means all


@dataclass(frozen=True)
class Remote:
    """Where commits are fetched from; without a token, git uses its own configuration."""

    git: Git
    server_url: str
    token: str

    def config(self) -> dict[str, str]:
        """Git settings that carry the token and override the one that actions/checkout may have left.

        git adds a header to those that are configured, and GitHub answers two Authorization headers with 400; an empty
        value resets the list. Setting names are case-insensitive, keys of a dictionary are not: hence two spellings.
        """
        allowed = {f"protocol.{name}.allow": "always" for name in ("https", "http", "file")}
        if not self.token:
            return allowed
        words = base64.b64encode(f"x-access-token:{self.token}".encode()).decode()
        name = f"http.{self.server_url}/.extra"
        return allowed | {f"{name}Header": "", f"{name}header": f"AUTHORIZATION: basic {words}"}


def ensure_commits(workspace: Path, remote: Remote, commits: Mapping[str, str]) -> None:
    """Fetch missing `commits` (each with a fallback ref), and history up to their merge base; of a partial clone all.

    Raises `ToolError` of kind `git` if the remote does not have them.
    """
    repository, refused = Repository.open(remote.git, workspace), ""
    if _is_partial(repository, remote):
        refused = _fetch(repository, remote, commits, _DEPTHS[0], "--refetch", "--no-filter")
        repository = Repository.open(remote.git, workspace)
    for depth in _DEPTHS:
        missing = {sha: ref for sha, ref in commits.items() if repository.commit(sha) is None}
        if not missing and _meet(repository, list(commits)):
            return
        if not missing and repository.shallow is None:
            return  # unrelated histories: deepening would not help
        refused = _fetch(repository, remote, missing or commits, depth)
        repository = Repository.open(remote.git, workspace)
    still = [sha for sha in commits if repository.commit(sha) is None]
    if still:
        raise ToolError(
            f"commit {still[0][:12]} cannot be fetched from origin",
            "If a force-push replaced it, the newer commit has its own check; otherwise see git's output.",
            kind="git",
            log_tail=refused,
        )


def fetch_shallow(workspace: Path, remote: Remote, wanted: Sequence[str]) -> None:
    """Fetch commits or refs without their history; raises `ToolError` if origin does not have them all."""
    words = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--depth=1", "origin")
    root = Repository.open(remote.git, workspace).root
    done = remote.git(*words, *wanted, cwd=root, config=remote.config(), check=False)
    if done.code != 0:
        raise ToolError(f"{wanted[0][:12]} cannot be fetched from origin", kind="git", log_tail=done.stderr.strip())


def tip(workspace: Path, remote: Remote, branch: str) -> str:
    """The tip of a branch on origin; empty if it is gone or origin does not answer."""
    ref = f"refs/heads/{branch}"
    root = Repository.open(remote.git, workspace).root
    listed = remote.git("ls-remote", "origin", ref, cwd=root, config=remote.config(), check=False).stdout
    return next((sha for sha, _, name in (line.partition("\t") for line in listed.splitlines()) if name == ref), "")


def parent(git: Git, workspace: Path, commit: str) -> str:
    """A commit's first parent, which a shallow clone may lack; empty for a root commit."""
    written = git("cat-file", "commit", commit, cwd=Repository.open(git, workspace).root).stdout
    head = written.partition("\n\n")[0].splitlines()
    return next((line.removeprefix("parent ") for line in head if line.startswith("parent ")), "")


def _is_partial(repository: Repository, remote: Remote) -> bool:
    """Whether the clone lacks files on purpose (`filter` or `sparse-checkout` of actions/checkout)."""
    words = ("config", "--get", "remote.origin.promisor")
    return remote.git(*words, cwd=repository.root, check=False).stdout.strip() == "true"


def _meet(repository: Repository, commits: list[str]) -> bool:
    return len(commits) < 2 or repository.merge_base(commits[0], commits[1]) is not None


def _fetch(repository: Repository, remote: Remote, commits: Mapping[str, str], depth: str, *more: str) -> str:
    """By commit or, if the server refuses that, by ref; git's output if neither works."""
    deepen = [f"--depth={depth}"] if depth else (["--unshallow"] if repository.shallow else [])
    words = [
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-recurse-submodules",
        "--no-write-fetch-head",
        *deepen,
        *more,
        "origin",
    ]
    for wanted in (list(commits), [ref for ref in commits.values() if ref]):
        done = remote.git(*words, *wanted, cwd=repository.root, config=remote.config(), check=False)
        if done.code == 0:
            return ""
    return done.stderr.strip()
