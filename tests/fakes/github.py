"""One GitHub for all tests: stateful, over HTTP, with a real bare repository for git's own data.

Every request's body and every answer is checked against GitHub's official description (the models of
`githubkit-schemas`, which are generated from it); what does not fit is a violation, and a test that has one fails.
Behaviour that the description does not have (limits, permissions, pages, fast-forwards) is written down here.
"""

import json
import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from githubkit_schemas.latest import models
from pydantic import BaseModel, ValidationError

from tests.fakes.samples import filled

BOT = "github-actions[bot]"
BODY_LIMIT = 65_536  # characters of a comment

Answer = tuple[int, Any]


class RefusalError(Exception):
    """An error that GitHub answers with."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers or {}


@dataclass
class Pull:
    """A pull request. `head_repository` is None for a fork that was deleted."""

    number: int
    base_branch: str
    head_branch: str
    head_repository: str | None = "acme/shop"
    state: str = "open"


@dataclass
class FakeGitHub:
    """The state; tests read and change it directly.

    `permissions`: login → permission; `token` is what the bot's token may do: write or read. `troubles` are
    answered instead, in order, to the requests whose line matches, of which `before` does something first; an answer
    in `lost_answers` never arrives, although what was asked for was done.
    """

    git: Path
    repository: str = "acme/shop"
    pulls: dict[int, Pull] = field(default_factory=dict)
    comments: list[dict[str, Any]] = field(default_factory=list)
    reactions: list[tuple[int, str]] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)
    permissions: dict[str, str] = field(default_factory=dict)
    token: str = "write"
    requests: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    troubles: list[tuple[str, RefusalError]] = field(default_factory=list)
    before: list[tuple[str, Callable[[], None]]] = field(default_factory=list)
    lost_answers: list[str] = field(default_factory=list)
    url: str = ""

    def say(self, number: int, body: str, login: str = "octocat", kind: str = "User") -> dict[str, Any]:
        """A comment by somebody."""
        identifier = len(self.comments) + 1000
        user = filled(models.SimpleUser, login=login, type=kind)
        comment = filled(
            models.IssueComment,
            id=identifier,
            body=body,
            user=user,
            html_url=f"https://github.com/{self.repository}/pull/{number}#issuecomment-{identifier}",
        )
        self.comments.append({**comment, "_number": number})
        return comment

    def bodies(self, number: int) -> list[str]:
        """What the bot's comments say."""
        return [c["body"] for c in self.comments if c["_number"] == number and c["user"]["login"] == BOT]

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
        made = filled(model, number=number, state=pull.state)
        made["base"] = {**made["base"], "ref": pull.base_branch, "sha": self.sha(pull.base_branch)}
        made["head"] = {**made["head"], "ref": pull.head_branch, "sha": self.sha(f"refs/pull/{number}/head")}
        made["head"]["repo"] = None if source is None else {**made["base"]["repo"], "full_name": source}
        return made

    def follow(self, number: int) -> None:
        """refs/pull/N/head is where the branch is."""
        self.run("update-ref", f"refs/pull/{number}/head", self.sha(self.pulls[number].head_branch))


@dataclass(frozen=True)
class Exchange:
    """A request, taken apart."""

    hub: FakeGitHub
    match: re.Match[str]
    query: dict[str, str]
    body: dict[str, Any]

    def number(self, name: str = "n") -> int:
        return int(self.match[name])


Handler = Callable[[Exchange], Answer]


@dataclass(frozen=True)
class Route:
    verb: str
    path: re.Pattern[str]
    body: type[BaseModel] | None
    answer: type[BaseModel] | None
    handler: Handler


_ROUTES: list[Route] = []
_REPO = r"/repos/acme/shop"


def route(
    verb: str, path: str, body: type[BaseModel] | None, answer: type[BaseModel] | None
) -> Callable[[Handler], Handler]:
    """Register a handler with the models of its request and answer."""

    def register(handler: Handler) -> Handler:
        _ROUTES.append(Route(verb, re.compile(path + r"\Z"), body, answer, handler))
        return handler

    return register


@route("GET", "/user", None, models.PrivateUser)
def _user(_: Exchange) -> Answer:
    raise RefusalError(403, "Resource not accessible by integration")


@route("GET", _REPO + r"/pulls/(?P<n>\d+)", None, models.PullRequest)
def _pull(exchange: Exchange) -> Answer:
    return 200, exchange.hub.pull(exchange.number())


@route("GET", _REPO + r"/pulls", None, models.PullRequestSimple)
def _pulls(exchange: Exchange) -> Answer:
    hub = exchange.hub
    owner, _, branch = exchange.query.get("head", ":").partition(":")
    found = [
        number
        for number, pull in hub.pulls.items()
        if pull.state == exchange.query.get("state", "open")
        and pull.head_branch == branch
        and (pull.head_repository or "/").split("/")[0] == owner
    ]
    return 200, [hub.pull(number, models.PullRequestSimple) for number in found]


@route("GET", _REPO + r"/issues/(?P<n>\d+)/comments", None, models.IssueComment)
def _comments(exchange: Exchange) -> Answer:
    size, page = int(exchange.query.get("per_page", "30")), int(exchange.query.get("page", "1"))
    mine = [c for c in exchange.hub.comments if c["_number"] == exchange.number()]
    return 200, [_public(comment) for comment in mine[(page - 1) * size : page * size]]


def _public(comment: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in comment.items() if not key.startswith("_")}


@route(
    "POST",
    _REPO + r"/issues/(?P<n>\d+)/comments",
    models.ReposOwnerRepoIssuesIssueNumberCommentsPostBody,
    models.IssueComment,
)
def _comment(exchange: Exchange) -> Answer:
    _writable(exchange)
    _limited(exchange)
    return 201, _public(exchange.hub.say(exchange.number(), exchange.body["body"], BOT, "Bot"))


def _writable(exchange: Exchange) -> None:
    if exchange.hub.token != "write":
        raise RefusalError(403, "Resource not accessible by integration")


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
    _REPO + r"/issues/comments/(?P<n>\d+)",
    models.ReposOwnerRepoIssuesCommentsCommentIdPatchBody,
    models.IssueComment,
)
def _edit(exchange: Exchange) -> Answer:
    _writable(exchange)
    _limited(exchange)
    comment = _found(exchange)
    comment["body"] = exchange.body["body"]
    return 200, _public(comment)


@route("DELETE", _REPO + r"/issues/comments/(?P<n>\d+)", None, None)
def _delete(exchange: Exchange) -> Answer:
    _writable(exchange)
    exchange.hub.comments.remove(_found(exchange))
    return 204, None


@route(
    "POST",
    _REPO + r"/issues/comments/(?P<n>\d+)/reactions",
    models.ReposOwnerRepoIssuesCommentsCommentIdReactionsPostBody,
    models.Reaction,
)
def _react(exchange: Exchange) -> Answer:
    _writable(exchange)
    _found(exchange)
    exchange.hub.reactions.append((exchange.number(), exchange.body["content"]))
    return 201, filled(models.Reaction, content=exchange.body["content"])


@route("GET", _REPO + r"/collaborators/(?P<user>[^/]+)/permission", None, models.RepositoryCollaboratorPermission)
def _permission(exchange: Exchange) -> Answer:
    permission = exchange.hub.permissions.get(unquote(exchange.match["user"]))
    if permission is None:
        raise RefusalError(404, "Not Found")
    return 200, filled(models.RepositoryCollaboratorPermission, permission=permission, role_name=permission)


@route("POST", _REPO + "/check-runs", models.ReposOwnerRepoCheckRunsPostBodyOneof0, models.CheckRun)
def _check(exchange: Exchange) -> Answer:
    _writable(exchange)
    exchange.hub.run("cat-file", "-e", exchange.body["head_sha"])
    identifier = len(exchange.hub.checks) + 1
    exchange.hub.checks.append({**exchange.body, "id": identifier})
    return 201, filled(models.CheckRun, id=identifier, name=exchange.body["name"])


@route(
    "PATCH", _REPO + r"/check-runs/(?P<n>\d+)", models.ReposOwnerRepoCheckRunsCheckRunIdPatchBodyAnyof1, models.CheckRun
)
def _more(exchange: Exchange) -> Answer:
    _writable(exchange)
    check = exchange.hub.checks[exchange.number() - 1]
    check["output"]["annotations"] += exchange.body["output"]["annotations"]
    return 200, filled(models.CheckRun, id=check["id"], name=check["name"])


@route("GET", _REPO + r"/git/commits/(?P<sha>\w+)", None, models.GitCommit)
def _git_commit(exchange: Exchange) -> Answer:
    sha = exchange.match["sha"]
    tree = {"sha": exchange.hub.sha(f"{sha}^{{tree}}"), "url": "https://example.org/"}
    return 200, filled(models.GitCommit, sha=sha, tree=tree)


@route("POST", _REPO + "/git/blobs", models.ReposOwnerRepoGitBlobsPostBody, models.ShortBlob)
def _blob(exchange: Exchange) -> Answer:
    _writable(exchange)
    sha = exchange.hub.run("hash-object", "-w", "--stdin", text=exchange.body["content"])
    return 201, filled(models.ShortBlob, sha=sha)


@route("POST", _REPO + "/git/trees", models.ReposOwnerRepoGitTreesPostBody, models.GitTree)
def _tree(exchange: Exchange) -> Answer:
    _writable(exchange)
    hub = exchange.hub
    listed = hub.run("ls-tree", "-r", exchange.body["base_tree"]).splitlines()
    kept = [line for line in listed if line.split("\t", 1)[1] not in {e["path"] for e in exchange.body["tree"]}]
    added = [f"{e['mode']} {e['type']} {e['sha']}\t{e['path']}" for e in exchange.body["tree"]]
    index = hub.git / "fake-index"
    index.unlink(missing_ok=True)
    hub.run("update-index", "--index-info", text="\n".join([*kept, *added]) + "\n", index=index)
    written = hub.run("write-tree", index=index)
    return 201, filled(models.GitTree, sha=written)


@route("POST", _REPO + "/git/commits", models.ReposOwnerRepoGitCommitsPostBody, models.GitCommit)
def _make_commit(exchange: Exchange) -> Answer:
    _writable(exchange)
    body = exchange.body
    parents = [word for parent in body["parents"] for word in ("-p", parent)]
    sha = exchange.hub.run("commit-tree", body["tree"], *parents, "-m", body["message"])
    return 201, filled(models.GitCommit, sha=sha)


@route("PATCH", _REPO + r"/git/refs/heads/(?P<branch>.+)", models.ReposOwnerRepoGitRefsRefPatchBody, models.GitRef)
def _move(exchange: Exchange) -> Answer:
    _writable(exchange)
    hub, branch, new = exchange.hub, unquote(exchange.match["branch"]), exchange.body["sha"]
    old = hub.sha(f"refs/heads/{branch}")
    if not exchange.body.get("force") and hub.run("merge-base", old, new) != old:
        raise RefusalError(422, "Update is not a fast forward")
    hub.run("update-ref", f"refs/heads/{branch}", new)
    for number, pull in hub.pulls.items():
        if pull.head_branch == branch:
            hub.follow(number)
    target = {"type": "commit", "sha": new, "url": "https://example.org/"}
    return 200, filled(models.GitRef, ref=f"refs/heads/{branch}", object=target)


class _Server(BaseHTTPRequestHandler):
    hub: FakeGitHub

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        address = urlsplit(self.path)
        line = f"{self.command} {address.path}"
        self.hub.requests.append(line)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        try:
            status, answer = self._answer(line, address.path, query, json.loads(raw) if raw else {})
            headers: dict[str, str] = {}
        except RefusalError as error:
            status, headers = error.status, error.headers
            answer = {
                "message": error.message,
                "documentation_url": "https://docs.github.com/rest",
                "status": str(status),
            }
        lost = next((pattern for pattern in self.hub.lost_answers if re.search(pattern, line)), None)
        if lost is not None:
            self.hub.lost_answers.remove(lost)
            status, answer = 502, {"message": "Server Error"}
        data = b"" if answer is None else json.dumps(answer, default=str).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = _serve  # noqa: N815  http.server's names

    def _answer(self, line: str, path: str, query: dict[str, str], body: dict[str, Any]) -> Answer:
        if not self.headers.get("Authorization"):
            raise RefusalError(401, "Requires authentication")
        for index, (pattern, act) in enumerate(self.hub.before):
            if re.search(pattern, line):
                del self.hub.before[index]
                act()
        for index, (pattern, trouble) in enumerate(self.hub.troubles):
            if re.search(pattern, line):
                del self.hub.troubles[index]
                raise trouble
        for known in _ROUTES:
            match = known.path.match(path)
            if match and known.verb == self.command:
                self._check(line, known.body, body, strict=True)
                status, answer = known.handler(Exchange(self.hub, match, query, body))
                for item in answer if isinstance(answer, list) else [answer]:
                    self._check(line, known.answer, item)
                return status, answer
        self.hub.violations.append(f"{line}: nothing of the kind is known")
        raise RefusalError(404, "Not Found")

    def _check(self, line: str, model: type[BaseModel] | None, value: Any, *, strict: bool = False) -> None:
        if model is None:
            return
        try:
            model.model_validate(value)
        except ValidationError as error:
            self.hub.violations.append(f"{line}: {error}")
            if strict:
                raise RefusalError(422, "Validation Failed") from error
        known = {field.alias or name for name, field in model.model_fields.items()}
        if strict and set(value) - known:
            self.hub.violations.append(f"{line}: {set(value) - known} is not in GitHub's description")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name is http.server's
        del format, args


@contextmanager
def serve(hub: FakeGitHub, host: str = "127.0.0.1") -> Iterator[FakeGitHub]:
    """Serve the fake for the time of the context, at `hub.url`."""
    server = ThreadingHTTPServer((host, 0), type("Handler", (_Server,), {"hub": hub}))
    hub.url = f"http://{host}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
