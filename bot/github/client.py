"""The HTTP client for GitHub: sends requests, retries those that may be retried, translates errors.

In: a request. Out: GitHub's JSON, or a `GitHubError` with its kind: `credentials`,
`permission`, `missing`, `invalid`, `conflict`, `rate-limit`, `server`, `network`, `github`.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from github import Auth, Github

from bot.errors import GitHubError
from bot.github import refusals
from bot.github.refusals import RefusalError

MOST_WAIT = 120  # seconds that a run waits for GitHub in all: the runner is paid for
ATTEMPTS = 4
_REDIRECTS = 3
_MISSHAPEN = (LookupError, TypeError, ValueError, AttributeError, AssertionError, RuntimeError, RecursionError)


@dataclass(frozen=True)
class Access:
    """How to reach GitHub. `pause` is the number of seconds between two writes, as GitHub recommends."""

    token: str
    api_url: str
    pause: float = 1.0
    timeout: int = 15
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time  # noqa: TID251  limits end at a time of day; the wait is bounded


@dataclass(frozen=True)
class Answer:
    """`following` is the URL of the next page, empty on the last one."""

    data: Any
    following: str


class RestClient:
    """Sends the requests of a run. `began` is the time of the first response by GitHub's clock."""

    def __init__(self, access: Access) -> None:
        self._access = access
        # PyGithub would retry requests that must not be retried, and wait for hours: both are decided here.
        self._requester = Github(
            auth=Auth.Token(access.token),
            base_url=access.api_url.rstrip("/"),
            timeout=access.timeout,
            retry=None,
            seconds_between_requests=0,
            seconds_between_writes=access.pause,
        ).requester
        self._left = float(MOST_WAIT)
        self.began = ""

    def ask(
        self,
        verb: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str | int] | None = None,
        *,
        repeat: bool = True,
    ) -> Answer:
        """GitHub's response; without `repeat`, a request that may have been executed is not sent again."""
        for attempt in range(1, ATTEMPTS + 1):
            started = self._access.clock()
            try:
                return self._once(verb, path, body, query)
            except RefusalError as refused:
                self._left -= self._access.clock() - started
                wait = refused.wait
                if wait is None or attempt == ATTEMPTS or not (repeat or refused.untouched):
                    raise
                wait = max(wait, self._access.pause * (2**attempt - 2))
                if wait > self._left:
                    raise
                self._left -= wait
                self._access.sleep(wait)
        raise AssertionError  # the last attempt answers or raises

    def pages(self, path: str, query: Mapping[str, str | int]) -> Iterator[Any]:
        """The pages of a list, in order."""
        answer = self.ask("GET", path, query={"per_page": 100, **query})
        yield answer.data
        seen = set[str]()
        # Follows GitHub's own links instead of counting pages: after a redirect, PyGithub loses the page number.
        while answer.following and answer.following not in seen:
            seen.add(answer.following)
            answer = self.ask("GET", answer.following)
            yield answer.data

    def graphql(self, query: str) -> Any:
        """The result of a GraphQL query."""
        base = self._access.api_url.rstrip("/")
        # GitHub Enterprise Server serves it beside the REST API: /api/v3 and /api/graphql.
        return self.ask("POST", f"{base.removesuffix('/v3')}/graphql", {"query": query}).data["data"]

    def _once(
        self, verb: str, path: str, body: Mapping[str, Any] | None, query: Mapping[str, str | int] | None
    ) -> Answer:
        with translating_errors(f"{verb} {urlsplit(path).path}"):
            for _ in range(_REDIRECTS + 1):
                status, headers, text = self._requester.requestJson(
                    verb, path, parameters=dict(query or {}), input=dict(body) if body is not None else None
                )
                self.began = self.began or str(headers.get("date", ""))
                if status not in (301, 302, 307, 308):
                    break
                path, query = self._moved(str(headers["location"])), None
            if not 200 <= status < 300:
                raise refusals.refused(status, headers, text, self._access.clock())
            data: Any = json.loads(text) if text else None
            if path.endswith("/graphql") and data.get("errors"):
                raise refusals.refused_query(headers, data["errors"][0], self._access.clock())
            return Answer(data, _following(headers))

    def _moved(self, location: str) -> str:
        """The new URL of a renamed repository; the token is never sent to another server."""
        target = urljoin(self._access.api_url, location)
        if urlsplit(target)[:2] != urlsplit(self._access.api_url)[:2]:
            raise RefusalError(
                f"GitHub redirects to another server: {urlsplit(target).netloc}",
                "Check GITHUB_API_URL; the token is not sent there.",
                kind="github",
            )
        return target


def _following(headers: Mapping[str, Any]) -> str:
    links = requests.utils.parse_header_links(str(headers.get("link", "")))
    return next((str(link["url"]) for link in links if link.get("rel") == "next"), "")


@contextmanager
def translating_errors(what: str) -> Iterator[None]:
    """Turn network errors and responses of an unexpected shape into `GitHubError`."""
    try:
        yield
    except GitHubError:
        raise
    except requests.RequestException as error:
        raise RefusalError(
            f"GitHub could not be reached: {type(error).__name__}",
            "Check the network of the runner, and GitHub's status page.",
            kind="network",
            wait=0,
        ) from error
    except _MISSHAPEN as error:
        raise RefusalError(
            f"GitHub's answer to {what} cannot be read",
            "If a proxy answered, or GITHUB_API_URL is wrong, correct that; otherwise run the job again.",
            kind="server",
            log_tail=f"{type(error).__name__}: {error}"[:300],
            wait=0,
        ) from error
