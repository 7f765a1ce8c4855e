"""What the fake GitHub knows: pull requests, comments, check runs, and a bare repository."""

import itertools
import os
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from githubkit_schemas.latest import models
from pydantic import BaseModel

from tests.fakes.github_faults import Fault
from tests.fakes.samples import filled
from tests.fakes.turns import Turns

BOT = "github-actions[bot]"
BODY_LIMIT = 65_536  # characters of a comment


class RefusalError(Exception):
    """An error that GitHub answers with."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers or {}


@dataclass
class Pull:
    """A pull request. `head_repository` is None for a fork that was deleted.

    `base` is where base's branch was at the last push, which GitHub goes on naming when that branch moves.
    """

    number: int
    base_branch: str
    head_branch: str
    head_repository: str | None = "acme/shop"
    state: str = "open"
    draft: bool = False
    author: str = "octocat"
    base: str = ""


@dataclass
class FakeGitHub:
    """The state; tests read and change it directly.

    `permissions`: login → permission; `token` is what the bot's token may do: write or read; `withheld` are scopes
    that it lacks all the same. `rules` refuse every move of a branch; branches in `signed_only` move to commits that
    are `verified` alone. `troubles` are answered instead, in order and once each, to the requests whose line matches,
    of which `before` does something first; `faults` are what happens on the way. With `turns`, runs are told apart by
    their tokens. `renamed` is the repository's new name, by which GitHub names it from then on. `prefix` is the API's
    path on a server of its own, `server` the address that people see.
    """

    git: Path
    repository: str = "acme/shop"
    renamed: str = ""
    pulls: dict[int, Pull] = field(default_factory=dict)
    comments: list[dict[str, Any]] = field(default_factory=list)
    reactions: list[tuple[int, str]] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)
    permissions: dict[str, str] = field(default_factory=dict)
    token: str = "write"
    app: str = "github-actions"
    rules: dict[str, str] = field(default_factory=dict)
    signed_only: set[str] = field(default_factory=set)
    verified: set[str] = field(default_factory=set)
    withheld: set[str] = field(default_factory=set)
    requests: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    troubles: list[tuple[str, RefusalError]] = field(default_factory=list)
    before: list[tuple[str, Callable[[], object]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    turns: Turns | None = None
    prefix: str = ""
    server: str = "https://github.com"
    url: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)
    identifiers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1000))

    def say(self, number: int, body: str, login: str = "octocat", kind: str = "User") -> dict[str, Any]:
        """A comment by somebody."""
        with self.lock:
            identifier = next(self.identifiers)
            comment = filled(
                models.IssueComment,
                id=identifier,
                body=body,
                user=filled(models.SimpleUser, login=login, type=kind),
                html_url=f"{self.server}/{self.repository}/pull/{number}#issuecomment-{identifier}",
            )
            self.comments.append({**comment, "_number": number})
            return comment

    @property
    def bot(self) -> str:
        """Who comments with the token."""
        return f"{self.app}[bot]"

    def bodies(self, number: int) -> list[str]:
        """What the bot's comments say."""
        return [c["body"] for c in self.comments if c["_number"] == number and c["user"]["login"] == self.bot]

    def sha(self, revision: str) -> str:
        return self.run("rev-parse", revision)

    def run(self, *words: str, text: str | None = None, index: Path | None = None) -> str:
        """git on the bare repository."""
        environment = {"PATH": os.defpath, **({"GIT_INDEX_FILE": str(index)} if index else {})}
        done = subprocess.run(
            ["git", "-c", "user.name=GitHub", "-c", "user.email=noreply@example.org", "-C", str(self.git), *words],
            input=text,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RefusalError(422, done.stderr.strip())
        return done.stdout.strip()

    def pull(self, number: int, model: type[BaseModel] = models.PullRequest) -> dict[str, Any]:
        """A pull request as GitHub shows it."""
        pull = self.pulls.get(number)
        if pull is None:
            raise RefusalError(404, "Not Found")
        source = pull.head_repository
        user = filled(models.SimpleUser, login=pull.author, type="Bot" if "[bot]" in pull.author else "User")
        made = filled(model, number=number, state=pull.state, draft=pull.draft, user=user)
        base = pull.base or self.sha(pull.base_branch)
        made["base"] = {**made["base"], "ref": pull.base_branch, "sha": base}
        made["head"] = {**made["head"], "ref": pull.head_branch, "sha": self.sha(f"refs/pull/{number}/head")}
        names = {self.repository: self.renamed or self.repository}
        made["base"]["repo"] = {**made["base"]["repo"], "full_name": names[self.repository]}
        made["head"]["repo"] = (
            None if source is None else {**made["base"]["repo"], "full_name": names.get(source, source)}
        )
        return made

    def follow(self, number: int) -> None:
        """A push to the pull request: refs/pull/N/head is where the branch is, `base.sha` where base's is by then.

        refs/pull/N/merge is there as long as the two can be merged.
        """
        pull = self.pulls[number]
        pull.base = self.sha(pull.base_branch)
        self.run("update-ref", f"refs/pull/{number}/head", self.sha(pull.head_branch))
        with suppress(RefusalError):
            tree = self.run("merge-tree", "--write-tree", pull.base, pull.head_branch)
            parents = ("-p", pull.base, "-p", self.sha(pull.head_branch))
            merged = self.run("commit-tree", tree, *parents, "-m", "merge")
            self.run("update-ref", f"refs/pull/{number}/merge", merged)

    def delete_base(self, number: int) -> None:
        """Base's branch is gone; GitHub remembers where it was, and closes the pull request."""
        pull = self.pulls[number]
        pull.base, pull.state = self.sha(pull.base_branch), "closed"
        self.run("update-ref", "-d", f"refs/heads/{pull.base_branch}")
