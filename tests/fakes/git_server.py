"""A repository over HTTP, as GitHub has it: git's own server program behind a check of the token."""

import base64
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

NAME = "/acme/shop"


class _Server(BaseHTTPRequestHandler):
    git: Path
    expected: str

    def _serve(self) -> None:
        given = self.headers.get_all("Authorization", [])
        if len(given) > 1:
            self.send_error(400, 'Duplicate header: "Authorization"')
            return
        if "".join(given).lower() != self.expected.lower():
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="GitHub"')
            self.end_headers()
            return
        address = urlsplit(self.path)
        variables = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.git),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "PATH_INFO": address.path.removeprefix(NAME).removeprefix(".git"),
            "QUERY_STRING": address.query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "REMOTE_ADDR": "127.0.0.1",
        }
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        done = subprocess.run(["git", "http-backend"], input=body, env=variables, capture_output=True, check=False)
        head, _, rest = done.stdout.partition(b"\r\n\r\n")
        fields = [line.partition(": ") for line in head.decode().split("\r\n") if line]
        status = next((value for name, _, value in fields if name == "Status"), "200")
        self.send_response(int(status.split()[0]))
        for name, _, value in fields:
            if name != "Status":
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(rest)

    do_GET = do_POST = _serve  # noqa: N815  http.server's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is http.server's
        del format, args


@contextmanager
def serve_git(git: Path, host: str, token: str) -> Iterator[str]:
    """Serve the bare repository `git` as acme/shop to whoever has the token; yields the server's address."""
    words = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    handler = type("Handler", (_Server,), {"git": git, "expected": f"basic {words}"})
    server = ThreadingHTTPServer((host, 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
