"""The GitHub event that started the run.

In: the event's name and payload. Out: one of a few data classes; `Ignored` says why there is nothing
to do, `Refused` why the job must not be green. Payloads contain what people typed: all of it is treated as data.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Payload = Mapping[str, Any]

# What reading goes wrong with when something else stands in a field's place.
_MISSHAPEN = (LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)
# A merge queue's branch: refs/heads/gh-readonly-queue/main/pr-123-<commit>.
_QUEUED = re.compile(r"/pr-(?P<number>\d{1,18})-[0-9a-f]{40,64}\Z")


@dataclass(frozen=True)
class PullRequest:
    """A pull request to check. `head_repository` is None when its fork was deleted."""

    number: int
    base: str
    base_branch: str
    head: str
    head_branch: str
    head_repository: str | None
    repository: str
    is_open: bool = True

    @property
    def is_fork(self) -> bool:
        return self.head_repository != self.repository


@dataclass(frozen=True)
class Comment:
    """A new comment on a pull request that may be a command; `author_number` is what GitHub knows the author by."""

    number: int
    identifier: int
    text: str
    author: str
    author_number: int = 0
    is_open: bool = True


@dataclass(frozen=True)
class MergeGroup:
    """What a merge queue tries: the pull request of this number on top of what is queued before it; 0 is unknown."""

    base: str
    head: str
    number: int = 0


@dataclass(frozen=True)
class Dispatch:
    """Started by hand, on a branch or a tag."""

    ref: str = ""
    default_branch: str = ""

    @property
    def on_default(self) -> bool:
        return self.ref == f"refs/heads/{self.default_branch}"


@dataclass(frozen=True)
class Pushed:
    """A branch has moved from one commit to another."""

    branch: str
    before: str
    after: str


@dataclass(frozen=True)
class Finished:
    """Another workflow's run has finished: what GitHub says of it. `started` is in seconds."""

    head: str
    head_branch: str
    head_owner: str
    run: int = 0
    attempt: int = 0
    started: int = 0


@dataclass(frozen=True)
class Ignored:
    reason: str


@dataclass(frozen=True)
class Refused:
    """Nothing can be checked: were the job green, it would pass for a check of the commit that it is shown on."""

    reason: str
    advice: str = ""


Event = PullRequest | Comment | MergeGroup | Dispatch | Pushed | Finished | Ignored | Refused


def read(name: str, payload: Payload) -> Event:
    """The event; `Ignored` for what does not concern the bot, `Refused` for what it cannot check."""
    readers = {
        "pull_request": _pull_request,
        "pull_request_target": _refused_target,
        "issue_comment": _comment,
        "merge_group": _merge_group,
        "workflow_dispatch": _dispatch,
        "push": _push,
        "workflow_run": _finished,
    }
    reader = readers.get(name)
    if reader is None:
        return Refused(
            f"nothing is checked: the event {name[:80]} is not for the migration bot",
            "Take it out of the workflow's `on`, or leave the step out for it.",
        )
    try:
        return reader(payload)
    except _MISSHAPEN as error:
        return Refused(f"nothing is checked: the payload of {name} lacks {error}")


def pull_request(raw: Payload, repository: str) -> PullRequest:
    """A pull request from GitHub's object for it; raises `KeyError` or `TypeError` for anything else.

    Names are compared within that object: a repository that was renamed since the run began is not a fork of itself.
    """
    source, target = raw["head"].get("repo"), raw["base"].get("repo")
    return PullRequest(
        number=int(raw["number"]),
        base=str(raw["base"]["sha"]),
        base_branch=str(raw["base"]["ref"]),
        head=str(raw["head"]["sha"]),
        head_branch=str(raw["head"]["ref"]),
        head_repository=str(source["full_name"]) if source else None,
        repository=str(target["full_name"]) if target else repository,
        is_open=raw.get("state", "open") == "open",
    )


def _pull_request(payload: Payload) -> Event:
    """Whatever happened to an open one: a job of its own is shown on its head for every event, and has to be true."""
    raw = payload["pull_request"]
    if payload["action"] == "closed" or raw["state"] != "open":
        return Ignored("the pull request is closed")
    return pull_request(raw, str(payload["repository"]["full_name"]))


def _refused_target(_payload: Payload) -> Event:
    return Refused(
        "pull_request_target runs with a token that can write, and the bot runs the pull request's code",
        "Use pull_request, and the pair of workflows in examples/ for forks.",
    )


def _comment(payload: Payload) -> Event:
    if payload["action"] != "created":
        return Ignored("only new comments are commands")
    issue, comment = payload["issue"], payload["comment"]
    if not issue.get("pull_request"):
        return Ignored("the comment is on an issue, not on a pull request")
    user = comment["user"]
    if not user or user["type"] == "Bot":
        return Ignored("the comment was written by a bot, or its author is gone")
    text, login, number = str(comment["body"] or ""), str(user["login"]), int(user.get("id") or 0)
    return Comment(int(issue["number"]), int(comment["id"]), text, login, number, issue["state"] == "open")


def _dispatch(payload: Payload) -> Event:
    return Dispatch(str(payload["ref"]), str(payload["repository"]["default_branch"]))


def _push(payload: Payload) -> Event:
    ref, before, after = str(payload["ref"]), str(payload["before"]), str(payload["after"])
    branch = ref.removeprefix("refs/heads/")
    if branch == ref or not before.strip("0") or not after.strip("0"):
        return Ignored("only what a branch gets that was there before is of interest")
    return Pushed(branch, before, after)


def _merge_group(payload: Payload) -> Event:
    if payload["action"] != "checks_requested":
        return Ignored(f"nothing is to be done when a merge group is {payload['action']}")
    group = payload["merge_group"]
    queued = _QUEUED.search(str(group.get("head_ref") or ""))
    return MergeGroup(str(group["base_sha"]), str(group["head_sha"]), int(queued["number"]) if queued else 0)


def _finished(payload: Payload) -> Event:
    run = payload["workflow_run"]
    if payload["action"] != "completed":
        return Ignored("the other workflow is not finished")
    if run["event"] != "pull_request":
        return Ignored(f"the other workflow was started by {run['event']}, not by a pull request")
    source = run["head_repository"]
    if not source:
        return Ignored("the fork that the pull request came from is gone")
    return Finished(
        head=str(run["head_sha"]),
        head_branch=str(run["head_branch"]),
        head_owner=str(source["owner"]["login"]),
        run=int(run.get("id") or 0),
        attempt=int(run.get("run_attempt") or 0),
        started=int(datetime.fromisoformat(run["run_started_at"]).timestamp()) if run.get("run_started_at") else 0,
    )
