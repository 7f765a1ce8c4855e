"""What the bot asks of GitHub: a short protocol, and its implementation with PyGithub.

Comes in: a token and a repository. Goes out: frozen data. Every refusal is a `GitHubError` whose kind says what
to do about it: `permission`, `missing`, `invalid`, `conflict`, `rate-limit`, `server`, `network`, `github`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

import requests
from github import Auth, Github, GithubException, GithubRetry, RateLimitExceededException

from bot.errors import GitHubError
from bot.request.event import PullRequest, pull_request

MOST_WAIT = 60  # seconds to wait for a rate limit inside a paid runner
# A POST that failed may have been carried out all the same: sent again, it would make a second comment.
_REPEATABLE = frozenset({"GET", "HEAD", "PATCH", "PUT"})


@dataclass(frozen=True)
class Posted:
    """A comment as GitHub has it; `is_bot` tells what kind of account wrote it."""

    identifier: int
    author: str
    is_bot: bool
    body: str
    url: str


@dataclass(frozen=True)
class Annotation:
    """A remark on a line of a file; `level` is notice, warning or failure."""

    path: str
    line: int
    level: str
    title: str
    message: str


@dataclass(frozen=True)
class Check:
    """A finished check run."""

    name: str
    head: str
    conclusion: str
    title: str
    summary: str
    annotations: tuple[Annotation, ...]
    details_url: str


class Forge(Protocol):
    """All that the bot needs of a code host."""

    def pull_request(self, number: int) -> PullRequest: ...
    def is_open(self, number: int) -> bool: ...
    def pull_requests_from(self, owner: str, branch: str) -> list[PullRequest]: ...
    def comments(self, number: int) -> list[Posted]: ...
    def comment(self, number: int, body: str) -> Posted: ...
    def edit(self, identifier: int, body: str) -> Posted: ...
    def delete(self, identifier: int) -> None: ...
    def react(self, identifier: int, reaction: str) -> None: ...
    def may_write(self, user: str) -> bool: ...
    def me(self) -> str: ...
    def check(self, check: Check) -> None: ...
    def commit(self, branch: str, head: str, files: Mapping[str, str], message: str) -> str: ...


class GitHubForge:
    """One repository on GitHub. `pause` are the seconds between two writes, which GitHub asks for."""

    def __init__(self, token: str, repository: str, api_url: str, *, pause: float = 1.0) -> None:
        retry = GithubRetry(total=3, max_rate_limit_wait=MOST_WAIT, allowed_methods=_REPEATABLE)
        self._github = Github(
            auth=Auth.Token(token),
            base_url=api_url,
            per_page=100,
            lazy=True,
            retry=retry,
            seconds_between_requests=0,
            seconds_between_writes=pause,
        )
        self._repository = repository

        self._pulls: dict[int, Mapping[str, Any]] = {}

    def pull_request(self, number: int) -> PullRequest:
        """The pull request as it is now."""
        return pull_request(self._pull(number), self._repository)

    def is_open(self, number: int) -> bool:
        return bool(self._pull(number).get("state") == "open")

    def _pull(self, number: int) -> Mapping[str, Any]:
        raw = self._get(f"/pulls/{number}")
        if not isinstance(raw, dict):
            raise GitHubError(f"pull request {number}: GitHub's answer is of another kind than expected")
        return raw

    def pull_requests_from(self, owner: str, branch: str) -> list[PullRequest]:
        """Open pull requests whose head is that branch."""
        found = self._get("/pulls", {"head": f"{owner}:{branch}", "state": "open", "per_page": 100})
        return [pull_request(raw, self._repository) for raw in found]

    def comments(self, number: int) -> list[Posted]:
        """All comments, oldest first, over all pages."""
        found: list[Posted] = []
        page = 1
        while True:
            batch = self._get(f"/issues/{number}/comments", {"per_page": 100, "page": page})
            found += [_posted(raw) for raw in batch]
            if len(batch) < 100:
                return found
            page += 1

    def comment(self, number: int, body: str) -> Posted:
        """Write a comment. Where the answer to a first attempt was lost, the comment is looked for before a second."""
        try:
            return _posted(self._send("POST", f"/issues/{number}/comments", {"body": body}))
        except GitHubError as error:
            if error.kind not in ("network", "server"):
                raise
        there = next((posted for posted in reversed(self.comments(number)) if posted.body == body), None)
        return there or _posted(self._send("POST", f"/issues/{number}/comments", {"body": body}))

    def edit(self, identifier: int, body: str) -> Posted:
        return _posted(self._send("PATCH", f"/issues/comments/{identifier}", {"body": body}))

    def delete(self, identifier: int) -> None:
        """Delete a comment; that it is gone already is as good."""
        try:
            self._send("DELETE", f"/issues/comments/{identifier}", None)
        except GitHubError as error:
            if error.kind != "missing":
                raise

    def react(self, identifier: int, reaction: str) -> None:
        self._send("POST", f"/issues/comments/{identifier}/reactions", {"content": reaction})

    def may_write(self, user: str) -> bool:
        """Whether a user may push: GitHub reports `maintain` as `write`, and strangers as `none` or `read`."""
        try:
            raw = self._get(f"/collaborators/{quote(user, safe='')}/permission")
        except GitHubError as error:
            if error.kind == "missing":
                return False
            raise
        return raw.get("permission") in ("admin", "write")

    def me(self) -> str:
        """Whose token this is; a workflow's own token may not ask, and belongs to `github-actions[bot]`."""
        try:
            with _refusals():
                return str(self._github.requester.requestJsonAndCheck("GET", "/user")[1]["login"])
        except GitHubError as error:
            if error.kind == "permission":
                return "github-actions[bot]"
            raise

    def check(self, check: Check) -> None:
        """Post a check run, with its annotations in portions of the 50 that a request may have."""
        portions = [check.annotations[start : start + 50] for start in range(0, len(check.annotations), 50)] or [()]
        output = {"title": check.title, "summary": check.summary}
        body = {"name": check.name, "head_sha": check.head, "status": "completed", "conclusion": check.conclusion}
        made = self._send(
            "POST",
            "/check-runs",
            {**body, "details_url": check.details_url, "output": {**output, "annotations": _raw(portions[0])}},
        )
        for portion in portions[1:]:
            more = {"output": {**output, "annotations": _raw(portion)}}
            self._send("PATCH", f"/check-runs/{made['id']}", more)

    def commit(self, branch: str, head: str, files: Mapping[str, str], message: str) -> str:
        """Commit files onto `head` and move the branch there, or refuse: kind `conflict` when it has moved on.

        Goes through the API, so that no credentials are needed in a work tree.
        """
        parent = self._get(f"/git/commits/{head}")
        entries = []
        for path, text in files.items():
            blob = self._send("POST", "/git/blobs", {"content": text, "encoding": "utf-8"})
            entries.append({"path": path, "mode": "100644", "type": "blob", "sha": blob["sha"]})
        tree = self._send("POST", "/git/trees", {"base_tree": parent["tree"]["sha"], "tree": entries})
        commit = self._send("POST", "/git/commits", {"message": message, "tree": tree["sha"], "parents": [head]})
        try:
            self._send("PATCH", f"/git/refs/heads/{quote(branch)}", {"sha": commit["sha"], "force": False})
        except GitHubError as error:
            if error.kind != "invalid":
                raise
            raise GitHubError(
                f"{branch} has moved on since {head[:12]} was checked: nothing was committed",
                "Wait for the check of the new commit, and give the command again.",
                kind="conflict",
            ) from error
        return str(commit["sha"])

    def _get(self, path: str, parameters: dict[str, Any] | None = None) -> Any:
        with _refusals():
            return self._github.requester.requestJsonAndCheck("GET", self._url(path), parameters=parameters)[1]

    def _send(self, verb: str, path: str, body: Mapping[str, Any] | None) -> Any:
        with _refusals():
            return self._github.requester.requestJsonAndCheck(
                verb, self._url(path), input=dict(body) if body is not None else None
            )[1]

    def _url(self, path: str) -> str:
        return f"/repos/{self._repository}{path}"


def _posted(raw: Mapping[str, Any]) -> Posted:
    user = raw.get("user") or {}
    return Posted(
        identifier=int(raw["id"]),
        author=str(user.get("login", "ghost")),
        is_bot=user.get("type") == "Bot",
        body=str(raw.get("body") or ""),
        url=str(raw.get("html_url", "")),
    )


def _raw(annotations: Sequence[Annotation]) -> list[dict[str, Any]]:
    return [
        {
            "path": annotation.path,
            "start_line": annotation.line,
            "end_line": annotation.line,
            "annotation_level": annotation.level,
            "title": annotation.title[:255],
            "message": annotation.message[:60_000],
        }
        for annotation in annotations
    ]


@contextmanager
def _refusals() -> Iterator[None]:
    """PyGithub's and the network's exceptions as the bot's own."""
    try:
        yield
    except RateLimitExceededException as error:
        raise GitHubError(
            "GitHub's rate limit is used up", "Run the job again later.", kind="rate-limit", log_tail=_told(error)
        ) from error
    except GithubException as error:
        kind = {401: "permission", 403: "permission", 404: "missing", 409: "conflict", 422: "invalid"}.get(
            error.status, "server" if error.status >= 500 else "github"
        )
        raise GitHubError(
            f"GitHub refused ({error.status}): {_told(error)}", _ADVICE.get(kind, ""), kind=kind
        ) from error
    except requests.RequestException as error:
        raise GitHubError(
            f"GitHub could not be reached: {type(error).__name__}",
            "Check the network of the runner, and GitHub's status page.",
            kind="network",
        ) from error


_ADVICE = {
    "permission": "Give the job `permissions:` contents: read, pull-requests: write, checks: write.",
    "missing": "Check that the token may read this repository.",
}


def _told(error: GithubException) -> str:
    data = error.data
    message = data.get("message", "") if isinstance(data, dict) else str(data)
    return str(message)[:300]
