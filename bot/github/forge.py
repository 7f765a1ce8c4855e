"""What the bot needs from a code host: a protocol and its data types."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.request.event import PullRequest


@dataclass(frozen=True)
class Posted:
    """A comment on GitHub; `is_bot` says whether an app wrote it."""

    identifier: int
    author: str
    is_bot: bool
    body: str
    url: str


@dataclass(frozen=True)
class Annotation:
    """An annotation on a line of a file; `level` is notice, warning or failure."""

    path: str
    line: int
    level: str
    title: str
    message: str


@dataclass(frozen=True)
class Check:
    """A completed check run; `started` is its id if it was in progress."""

    name: str
    head: str
    conclusion: str
    title: str
    summary: str
    annotations: tuple[Annotation, ...]
    details_url: str
    started: int = 0


@dataclass(frozen=True)
class PostedCheck:
    """A check run on GitHub; `began` is when it was created, in seconds; `conclusion` is empty while in progress."""

    identifier: int
    in_progress: bool
    began: int
    external_id: str
    summary: str
    conclusion: str = ""


@dataclass(frozen=True)
class Tip:
    """The newest commit of a branch."""

    parents: tuple[str, ...]
    message: str


class Forge(Protocol):
    """Everything the bot needs from a code host. `began` is the time of the first contact by its own clock."""

    @property
    def began(self) -> int: ...
    def pull_request(self, number: int) -> PullRequest: ...
    def pull_requests_from(self, owner: str, branch: str) -> list[PullRequest]: ...
    def pull_requests_onto(self, branch: str) -> list[PullRequest]: ...
    def comments(self, number: int) -> list[Posted]: ...
    def comment(self, number: int, body: str, *, after: int = 0) -> Posted: ...
    def edit(self, identifier: int, body: str) -> Posted: ...
    def delete(self, identifier: int) -> None: ...
    def react(self, identifier: int, reaction: str) -> None: ...
    def may_write(self, user: str) -> bool: ...
    def me(self) -> str: ...
    def start(self, name: str, head: str, details_url: str, external_id: str) -> int: ...
    def check(self, check: Check) -> None: ...
    def checks(self, head: str, name: str, *, own: str = "") -> list[PostedCheck]: ...
    def tip(self, branch: str) -> Tip: ...
    def commit(self, branch: str, head: str, files: Mapping[str, str], message: str) -> str: ...
