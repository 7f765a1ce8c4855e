"""One repository on GitHub, over its REST API, with PyGithub.

In: how GitHub is reached, a repository. Out: frozen data, or a `GitHubError`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any
from urllib.parse import quote

from bot.errors import GitHubError
from bot.github.client import Access, RestClient, translating_errors
from bot.github.forge import Annotation, Check, Posted, PostedCheck, Tip
from bot.request.event import PullRequest, pull_request

_PER_REQUEST = 50  # annotations
_MOST_PAGES = 2  # of pull requests, 100 on each
# What GitHub says of a branch that is elsewhere by now, or gone. Rulesets and protected branches have other words.
_MOVED = ("not a fast forward", "reference does not exist")


class GitHubForge:
    """The repository, and what is known about the bot's own token."""

    def __init__(self, access: Access, repository: str) -> None:
        self._client = RestClient(access)
        self._repository = repository
        self._me = ""
        self._app: object = None

    @property
    def began(self) -> int:
        """The time of GitHub's first response, in seconds by its own clock; 0 before that."""
        try:
            return int(parsedate_to_datetime(self._client.began).timestamp())
        except ValueError:
            return 0

    def pull_request(self, number: int) -> PullRequest:
        """The pull request as it is now."""
        with translating_errors(f"pull request {number}"):
            return pull_request(self._ask("GET", f"/pulls/{number}"), self._repository)

    def pull_requests_from(self, owner: str, branch: str) -> list[PullRequest]:
        """Open pull requests whose head is that branch."""
        with translating_errors("the list of pull requests"):
            found = self._pages("/pulls", {"head": f"{owner}:{branch}", "state": "open"})
            return [pull_request(raw, self._repository) for page in found for raw in page]

    def pull_requests_onto(self, branch: str) -> list[PullRequest]:
        """Open pull requests whose base is that branch: the first two pages, most recently updated first."""
        query = {"base": branch, "state": "open", "sort": "updated", "direction": "desc"}
        with translating_errors("the list of pull requests"):
            found = islice(self._pages("/pulls", query), _MOST_PAGES)
            return [pull_request(raw, self._repository) for page in found for raw in page]

    def comments(self, number: int) -> list[Posted]:
        """All comments, oldest first, over all pages."""
        with translating_errors("the list of comments"):
            return [_posted(raw) for page in self._pages(f"/issues/{number}/comments", {}) for raw in page]

    def comment(self, number: int, body: str, *, after: int = 0) -> Posted:
        """Write a comment. If the response is lost, existing comments are checked before a second attempt.

        Only comments with an id above `after` count.
        """
        try:
            return self._say(number, body)
        except GitHubError as error:
            if error.kind not in ("network", "server"):
                raise
        newer = [posted for posted in self.comments(number) if posted.identifier > after and posted.body == body]
        return newer[-1] if newer else self._say(number, body)

    def _say(self, number: int, body: str) -> Posted:
        with translating_errors("the new comment"):
            posted = _posted(self._ask("POST", f"/issues/{number}/comments", {"body": body}, repeat=False))
        self._me = posted.author
        return posted

    def edit(self, identifier: int, body: str) -> Posted:
        with translating_errors("the edited comment"):
            return _posted(self._ask("PATCH", f"/issues/comments/{identifier}", {"body": body}))

    def delete(self, identifier: int) -> None:
        """Delete a comment; one that is already gone is fine."""
        try:
            self._ask("DELETE", f"/issues/comments/{identifier}")
        except GitHubError as error:
            if error.kind != "missing":
                raise

    def react(self, identifier: int, reaction: str) -> None:
        self._ask("POST", f"/issues/comments/{identifier}/reactions", {"content": reaction})

    def may_write(self, user: str) -> bool:
        """Whether a user may push: GitHub reports `maintain` as `write`, and outsiders as `none` or `read`."""
        try:
            with translating_errors("the question for permissions"):
                raw = self._ask("GET", f"/collaborators/{quote(user, safe='')}/permission")
                return raw["permission"] in ("admin", "write")
        except GitHubError as error:
            if error.kind == "missing":
                return False
            raise

    def me(self) -> str:
        """The login behind the token: the app that its check runs belong to, or the viewer of a GraphQL query.

        `GET /user` works with users' tokens only, not with those of workflows and apps.
        """
        if not self._me:
            with translating_errors("the question for the token's owner"):
                self._me = str(self._client.graphql("query { viewer { login } }")["viewer"]["login"])
        return self._me

    def start(self, name: str, head: str, details_url: str, external_id: str) -> int:
        """Create a check run that is in progress; it replaces an earlier one of the same name on the commit."""
        body = {"name": name, "head_sha": head, "status": "in_progress", "details_url": details_url}
        body["external_id"] = external_id
        with translating_errors("the check run"):
            made = self._ask("POST", "/check-runs", body)
            self._belongs(made)
            return int(made["id"])

    def check(self, check: Check) -> None:
        """Create a check run, or complete the one in progress, with as many requests as its annotations need."""
        noted = check.annotations
        portions = [noted[start : start + _PER_REQUEST] for start in range(0, len(noted), _PER_REQUEST)] or [()]
        output = {"title": check.title, "summary": check.summary}
        body = {"name": check.name, "head_sha": check.head, "status": "completed", "conclusion": check.conclusion}
        whole = {**body, "details_url": check.details_url, "output": {**output, "annotations": _raw(portions[0])}}
        with translating_errors("the check run"):
            if check.started:
                del whole["head_sha"]
                made = self._ask("PATCH", f"/check-runs/{check.started}", whole)
            else:
                made = self._ask("POST", "/check-runs", whole)
            self._belongs(made)
            for portion in portions[1:]:
                more = {"output": {**output, "annotations": _raw(portion)}}
                self._ask("PATCH", f"/check-runs/{made['id']}", more)

    def _belongs(self, check: Mapping[str, Any]) -> None:
        """Only apps have check runs, and an app comments as `slug[bot]`."""
        app = check.get("app") or {}
        self._app = app.get("id")
        self._me = self._me or (f"{app['slug']}[bot]" if app.get("slug") else "")

    def checks(self, head: str, name: str, *, own: str = "") -> list[PostedCheck]:
        """A commit's check runs with that name, of the app that this token belongs to.

        A process that has made none knows the app by the check run whose external id is `own`.
        """
        with translating_errors("the list of check runs"):
            found = [
                run
                for page in self._pages(f"/commits/{head}/check-runs", {"check_name": name, "filter": "all"})
                for run in page["check_runs"]
            ]
            for run in found:
                if own and run["external_id"] == own:
                    self._belongs(run)
            return [_posted_check(run) for run in found if (run["app"] or {}).get("id") == self._app]

    def commit(self, branch: str, head: str, files: Mapping[str, str], message: str) -> str:
        """Commit files onto `head` and move the branch; an error of kind `conflict` if the branch has moved meanwhile.

        Uses the API, so that no work tree needs credentials.
        """
        with translating_errors("the commit"):
            parent = self._ask("GET", f"/git/commits/{head}")
            entries = []
            for path, text in files.items():
                blob = self._ask("POST", "/git/blobs", {"content": text, "encoding": "utf-8"})
                entries.append({"path": path, "mode": "100644", "type": "blob", "sha": blob["sha"]})
            tree = self._ask("POST", "/git/trees", {"base_tree": parent["tree"]["sha"], "tree": entries})
            commit = self._ask("POST", "/git/commits", {"message": message, "tree": tree["sha"], "parents": [head]})
            made = str(commit["sha"])
        try:
            self._ask("PATCH", f"/git/refs/heads/{quote(branch)}", {"sha": made, "force": False})
        except GitHubError as error:
            if error.kind in ("network", "server") and self._tip(branch) == made:
                return made  # it was done, only the answer was lost
            raise (_not_moved(branch, head, error) if error.kind == "invalid" else error) from error
        return made

    def tip(self, branch: str) -> Tip:
        """The newest commit of a branch."""
        sha = self._tip(branch)
        with translating_errors("the newest commit"):
            made = self._ask("GET", f"/git/commits/{sha}")
            return Tip(tuple(str(parent["sha"]) for parent in made["parents"]), str(made["message"]))

    def _tip(self, branch: str) -> str:
        with translating_errors("the branch"):
            return str(self._ask("GET", f"/git/ref/heads/{quote(branch)}")["object"]["sha"])

    def _ask(self, verb: str, path: str, body: Mapping[str, Any] | None = None, *, repeat: bool = True) -> Any:
        return self._client.ask(verb, self._url(path), body, repeat=repeat).data

    def _pages(self, path: str, query: Mapping[str, str | int]) -> Iterator[Any]:
        return self._client.pages(self._url(path), query)

    def _url(self, path: str) -> str:
        return f"/repos/{self._repository}{path}"


def _not_moved(branch: str, head: str, error: GitHubError) -> GitHubError:
    """Why GitHub does not move a branch: every reason is a 422, distinguished by its message only."""
    if any(words in error.message.lower() for words in _MOVED):
        return GitHubError(
            f"{branch} has moved on since {head[:12]} was checked, or is gone: nothing was committed",
            "Wait for the check of the new commit, and give the command again.",
            kind="conflict",
            log_tail=error.message,
        )
    return GitHubError(
        f"a rule of the repository keeps the bot from {branch}: {error.message}",
        "Let the app that the token belongs to bypass the rule, or copy the file from the comment.",
        kind="permission",
    )


def _posted(raw: Mapping[str, Any]) -> Posted:
    user = raw.get("user") or {}
    return Posted(
        identifier=int(raw["id"]),
        author=str(user.get("login", "ghost")),
        is_bot=user.get("type") == "Bot",
        body=str(raw.get("body") or ""),
        url=str(raw.get("html_url", "")),
    )


def _posted_check(raw: Mapping[str, Any]) -> PostedCheck:
    return PostedCheck(
        identifier=int(raw["id"]),
        in_progress=raw["status"] != "completed",
        began=int(datetime.fromisoformat(raw["started_at"]).timestamp()) if raw["started_at"] else 0,
        external_id=str(raw["external_id"] or ""),
        summary=str(raw["output"]["summary"] or ""),
        conclusion=str(raw["conclusion"] or ""),
    )


def _raw(annotations: Sequence[Annotation]) -> list[dict[str, Any]]:
    return [
        {
            "path": annotation.path,
            "start_line": annotation.line,
            "end_line": annotation.line,
            "annotation_level": annotation.level,
            "title": annotation.title,
            "message": annotation.message,
        }
        for annotation in annotations
    ]
