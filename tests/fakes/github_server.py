"""The fake GitHub's door: HTTP, the judgement of every exchange, and what goes wrong there."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ValidationError

from tests.fakes import github_faults, github_git, github_routes  # noqa: F401  routes register themselves
from tests.fakes.github_routing import MOVED, REPO, ROUTES, Exchange
from tests.fakes.github_state import FakeGitHub, RefusalError

Answered = tuple[int, Any, dict[str, str]]


class _Server(BaseHTTPRequestHandler):
    hub: FakeGitHub

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        address = urlsplit(self.path)
        path = address.path.removeprefix(self.hub.prefix)
        line = f"{self.command} {path}"
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        if self.hub.turns is not None:
            self.hub.turns.take(self.headers["Authorization"].split()[-1])
        self._due(line)()
        with self.hub.lock:
            self.hub.requests.append(line)
            if not address.path.startswith(self.hub.prefix):
                self.hub.violations.append(f"{self.path} is not below {self.hub.prefix}")
            fault = next((fault for fault in self.hub.faults if fault.strikes(line)), None)
            status, answer, headers = 500, None, dict[str, str]()
            if fault is None or fault.done:
                status, answer, headers = self._answered(line, path, query, json.loads(raw) if raw else {})
        if fault is not None:
            github_faults.answer(fault, self, self._moved(address.path, address.query))
        else:
            self._send(status, answer, headers)

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = _serve  # noqa: N815  http.server's names

    def _due(self, line: str) -> Callable[[], object]:
        """What is to happen before this request; done without the lock, for it may come here itself."""
        with self.hub.lock:
            for index, (pattern, act) in enumerate(self.hub.before):
                if re.search(pattern, line):
                    del self.hub.before[index]
                    return act
        return lambda: None

    def _moved(self, path: str, query: str) -> str:
        """Where a renamed repository is: GitHub names it by its number."""
        number = path.replace(REPO, MOVED)
        return f"{self.hub.url.removesuffix(self.hub.prefix)}{number}{f'?{query}' if query else ''}"

    def _answered(self, line: str, path: str, query: dict[str, str], body: dict[str, Any]) -> Answered:
        try:
            return self._answer(line, path, query, body)
        except RefusalError as error:
            told = {"message": error.message, "documentation_url": "https://docs.github.com/rest"}
            return error.status, {**told, "status": str(error.status)}, error.headers

    def _send(self, status: int, answer: Any, headers: dict[str, str]) -> None:
        data = b"" if answer is None else json.dumps(answer, default=str).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _answer(self, line: str, path: str, query: dict[str, str], body: dict[str, Any]) -> Answered:
        if not self.headers.get("Authorization"):
            raise RefusalError(401, "Requires authentication")
        for index, (pattern, trouble) in enumerate(self.hub.troubles):
            if re.search(pattern, line):
                del self.hub.troubles[index]
                raise trouble
        for known in ROUTES:
            match = known.path.match(path.replace(MOVED, REPO))
            if match and known.verb == self.command:
                model = known.body if known.body is None or isinstance(known.body, type) else known.body(body)
                self._check(line, model, body, strict=True)
                exchange = Exchange(self.hub, match, query, body)
                status, answer = known.handler(exchange)
                for item in answer if isinstance(answer, list) else [answer]:
                    self._check(line, known.answer, item)
                return status, answer, exchange.headers
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
    hub.url = f"http://{host}:{server.server_port}{hub.prefix}"
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
