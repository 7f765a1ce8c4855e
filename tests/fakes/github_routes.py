"""The fake GitHub's pull requests, comments, reactions, permissions and check runs."""

import re
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import unquote, urlencode

from githubkit_schemas.latest import models
from pydantic import BaseModel

from tests.fakes.github_routing import MOVED, REPO, Answer, Exchange, route, writable
from tests.fakes.github_state import BODY_LIMIT, Pull, RefusalError
from tests.fakes.samples import filled

Item = TypeVar("Item")
SUMMARY_LIMIT = 65_535  # bytes of a check run's summary
APP = 15368  # the id of GitHub Actions among GitHub's apps


@route("GET", "/user", None, models.PrivateUser)
def _user(_: Exchange) -> Answer:
    raise RefusalError(403, "Resource not accessible by integration")


@route("POST", "/graphql", None, None)
def _graphql(exchange: Exchange) -> Answer:
    """Errors come with status 200."""
    if re.sub(r"\s+", " ", exchange.body["query"]).strip() != "query { viewer { login } }":
        return 200, {"data": None, "errors": [{"message": "Parse error"}]}
    return 200, {"data": {"viewer": {"login": exchange.hub.bot}}}


@route("GET", REPO + r"/pulls/(?P<n>\d+)", None, models.PullRequest)
def _pull(exchange: Exchange) -> Answer:
    return 200, exchange.hub.pull(exchange.number())


@route("GET", REPO + r"/pulls", None, models.PullRequestSimple)
def _pulls(exchange: Exchange) -> Answer:
    """Those of a head `owner:branch`, and onto a base; GitHub leaves out neither where it is not asked for."""
    hub, query = exchange.hub, exchange.query
    found = [
        number
        for number, pull in hub.pulls.items()
        if pull.state == query.get("state", "open")
        and query.get("base", pull.base_branch) == pull.base_branch
        and query.get("head", _label(pull)) == _label(pull)
    ]
    return 200, [hub.pull(number, models.PullRequestSimple) for number in _page(exchange, found)]


def _label(pull: Pull) -> str:
    return f"{(pull.head_repository or '/').split('/')[0]}:{pull.head_branch}"


@route("GET", REPO + r"/issues/(?P<n>\d+)/comments", None, models.IssueComment)
def _comments(exchange: Exchange) -> Answer:
    mine = [c for c in exchange.hub.comments if c["_number"] == exchange.number()]
    return 200, [_public(comment) for comment in _page(exchange, mine)]


def _page(exchange: Exchange, items: list[Item]) -> list[Item]:
    """What a request for a page gets: 30 items where it does not say, never more than 100."""
    size, page = min(int(exchange.query.get("per_page", "30")), 100), int(exchange.query.get("page", "1"))
    if len(items) > page * size:
        query = urlencode({**exchange.query, "page": page + 1})
        address = f"{exchange.hub.url}{exchange.match.string.replace(REPO, MOVED)}?{query}"
        exchange.headers["Link"] = f'<{address}>; rel="next"'
    return items[(page - 1) * size : page * size]


def _public(comment: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in comment.items() if not key.startswith("_")}


@route(
    "POST",
    REPO + r"/issues/(?P<n>\d+)/comments",
    models.ReposOwnerRepoIssuesIssueNumberCommentsPostBody,
    models.IssueComment,
)
def _comment(exchange: Exchange) -> Answer:
    writable(exchange, "pull-requests")
    _limited(exchange)
    return 201, _public(exchange.hub.say(exchange.number(), exchange.body["body"], exchange.hub.bot, "Bot"))


def _limited(exchange: Exchange) -> None:
    if len(exchange.body["body"]) > BODY_LIMIT:
        raise RefusalError(422, f"Body is too long (maximum is {BODY_LIMIT} characters)")


def _found(exchange: Exchange) -> dict[str, Any]:
    for comment in exchange.hub.comments:
        if comment["id"] == exchange.number():
            return comment
    raise RefusalError(404, "Not Found")


@route(
    "PATCH",
    REPO + r"/issues/comments/(?P<n>\d+)",
    models.ReposOwnerRepoIssuesCommentsCommentIdPatchBody,
    models.IssueComment,
)
def _edit(exchange: Exchange) -> Answer:
    writable(exchange, "pull-requests")
    _limited(exchange)
    comment = _found(exchange)
    comment["body"] = exchange.body["body"]
    return 200, _public(comment)


@route("DELETE", REPO + r"/issues/comments/(?P<n>\d+)", None, None)
def _delete(exchange: Exchange) -> Answer:
    writable(exchange, "pull-requests")
    exchange.hub.comments.remove(_found(exchange))
    return 204, None


@route(
    "POST",
    REPO + r"/issues/comments/(?P<n>\d+)/reactions",
    models.ReposOwnerRepoIssuesCommentsCommentIdReactionsPostBody,
    models.Reaction,
)
def _react(exchange: Exchange) -> Answer:
    writable(exchange, "pull-requests")
    _found(exchange)
    exchange.hub.reactions.append((exchange.number(), exchange.body["content"]))
    return 201, filled(models.Reaction, content=exchange.body["content"])


@route("GET", REPO + r"/collaborators/(?P<user>[^/]+)/permission", None, models.RepositoryCollaboratorPermission)
def _permission(exchange: Exchange) -> Answer:
    permission = exchange.hub.permissions.get(unquote(exchange.match["user"]))
    if permission is None:
        raise RefusalError(404, "Not Found")
    return 200, filled(models.RepositoryCollaboratorPermission, permission=permission, role_name=permission)


def _made(body: dict[str, Any]) -> type[BaseModel]:
    completed = body.get("status") == "completed"
    return models.ReposOwnerRepoCheckRunsPostBodyOneof0 if completed else models.ReposOwnerRepoCheckRunsPostBodyOneof1


def _changed(body: dict[str, Any]) -> type[BaseModel]:
    completed = body.get("status") == "completed"
    return (
        models.ReposOwnerRepoCheckRunsCheckRunIdPatchBodyAnyof0
        if completed
        else models.ReposOwnerRepoCheckRunsCheckRunIdPatchBodyAnyof1
    )


@route("POST", REPO + "/check-runs", _made, models.CheckRun)
def _check(exchange: Exchange) -> Answer:
    writable(exchange, "checks")
    _limited_output(exchange.body)
    exchange.hub.run("cat-file", "-e", exchange.body["head_sha"])
    check = {"conclusion": None, "output": {"annotations": []}, **exchange.body, "id": len(exchange.hub.checks) + 1}
    check["_slug"] = exchange.hub.app
    check["_started_at"] = datetime.now(UTC).isoformat(timespec="seconds")
    exchange.hub.checks.append(check)
    return 201, _shown(check)


def _limited_output(body: dict[str, Any]) -> None:
    """A summary has 65,535 bytes, not characters; 50 annotations are taken at a time."""
    output = body.get("output", {})
    if len(output.get("summary", "").encode()) > SUMMARY_LIMIT or len(output.get("annotations", [])) > 50:
        raise RefusalError(422, "Invalid request. Only 65535 characters are allowed; 65536 were supplied.")


@route("PATCH", REPO + r"/check-runs/(?P<n>\d+)", _changed, models.CheckRun)
def _more(exchange: Exchange) -> Answer:
    writable(exchange, "checks")
    check = exchange.hub.checks[exchange.number() - 1]
    _limited_output(exchange.body)
    output = exchange.body.get("output", {})
    notes = [*check["output"]["annotations"], *output.get("annotations", [])]  # GitHub adds to those that are there
    check.update(exchange.body, output={**check["output"], **output, "annotations": notes})
    return 200, _shown(check)


@route(
    "GET",
    REPO + r"/commits/(?P<sha>\w+)/check-runs",
    None,
    models.ReposOwnerRepoCommitsRefCheckRunsGetResponse200,
)
def _checks(exchange: Exchange) -> Answer:
    """Newest first; `filter=latest`, which is GitHub's own choice, leaves one of each name."""
    query = exchange.query
    if "checks" in exchange.hub.withheld:
        raise RefusalError(403, "Resource not accessible by integration")
    found = [
        check
        for check in reversed(exchange.hub.checks)
        if check["head_sha"] == exchange.match["sha"] and check["name"] == query.get("check_name", check["name"])
    ]
    if query.get("filter", "latest") == "latest":
        found = list({check["name"]: check for check in reversed(found)}.values())
    page = _page(exchange, found)
    return 200, {"total_count": len(found), "check_runs": [_shown(check) for check in page]}


def _shown(check: dict[str, Any]) -> dict[str, Any]:
    output = {name: check["output"].get(name) for name in ("title", "summary", "text")}
    notes = {"annotations_count": len(check["output"]["annotations"]), "annotations_url": "https://example.org/"}
    told = {name: check[name] for name in ("id", "name", "head_sha", "status", "conclusion", "details_url")}
    told |= {"external_id": check.get("external_id", ""), "started_at": check["_started_at"]}
    if check["_slug"] == "github-actions":  # a workflow's token cannot choose the address
        told["details_url"] = f"https://github.com/acme/shop/runs/{check['id']}"
    app = filled(models.Integration, id=check.get("app", APP), slug=check["_slug"])
    return filled(models.CheckRun, **told, app=app, output={**output, **notes})
