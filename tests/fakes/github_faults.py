"""What goes wrong between the bot and GitHub: refusals, cut connections, silence, answers that are none."""

import json
import re
import socket
import struct
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Literal

Kind = Literal["status", "reset", "cut", "silence", "page", "half", "list", "elsewhere", "moved", "query"]

_PAGE = b"<html><body>Bad gateway</body></html>"


@dataclass
class Fault:
    """A fault of the requests whose line matches `pattern`: `times` of them, after the first `skip`.

    `done` says that the request was carried out all the same, so that only its answer is lost.
    """

    kind: Kind
    pattern: str
    status: int = 500
    message: str = "Server Error"
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1_000_000
    skip: int = 0
    done: bool = False

    def strikes(self, line: str) -> bool:
        """Whether it hits this request; counts."""
        if not re.search(self.pattern, line) or self.times <= 0:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.times -= 1
        return True


def answer(fault: Fault, handler: BaseHTTPRequestHandler, target: str) -> None:
    """What the client gets instead of its answer; `target` is where a redirect leads."""
    if fault.kind == "reset":
        _reset(handler)
    elif fault.kind == "silence":
        _stay_silent(handler)
    elif fault.kind == "cut":
        _send(handler, 200, b'[{"id": 1, "bo', {"Content-Length": "5000"})
        handler.close_connection = True
    elif fault.kind in ("page", "half", "list"):
        _send(handler, 200, {"page": _PAGE, "half": b'[{"id": 1, "bo', "list": b"[1, null]"}[fault.kind])
    elif fault.kind == "query":  # GraphQL's errors come with status 200
        error = {"type": "RATE_LIMITED", "message": fault.message}
        _send(handler, 200, json.dumps({"data": None, "errors": [error]}).encode(), fault.headers)
    elif fault.kind in ("moved", "elsewhere"):
        place = target if fault.kind == "moved" else "https://elsewhere.example/"
        _send(handler, fault.status, b'{"message": "Moved"}', {"Location": place})
    else:
        text = f'{{"message": "{fault.message}", "documentation_url": "https://docs.github.com/rest"}}'
        _send(handler, fault.status, text.encode(), fault.headers)


def _send(handler: BaseHTTPRequestHandler, status: int, data: bytes, headers: dict[str, str] | None = None) -> None:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(data)


def _reset(handler: BaseHTTPRequestHandler) -> None:
    """The connection ends in the middle, as when a machine on the way restarts."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True


def _stay_silent(handler: BaseHTTPRequestHandler) -> None:
    """No answer, for as long as the client waits for one."""
    handler.close_connection = True
    while handler.connection.recv(1024):
        pass
