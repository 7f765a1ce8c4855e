import os
import pathlib
import socket
from typing import Any


def sockets_spy(given: dict[str, Any]) -> list[str]:
    """Sockets that lead to engines, servers and other machines."""
    found = []
    for path in ("/var/run/docker.sock", "/run/docker.sock"):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            try:
                connection.connect(path)
                connection.sendall(b"GET /version HTTP/1.0\r\n\r\n")
                found.append(f"engine: {connection.recv(1000)!r}")
            except OSError:
                pass
    with socket.socket() as connection:
        connection.settimeout(5)
        try:
            connection.connect(("127.0.0.1", given["PORT"]))
            connection.sendall(b"hello")
            found.append(f"reached: {connection.recv(1000)!r}")
        except OSError:
            pass
    with socket.socket() as connection:
        try:
            connection.bind(("127.0.0.1", 0))
            connection.listen()
            found.append("listens")
        except OSError:
            pass
    parent = os.getppid()
    for descriptor in range(3, 64):
        try:
            target = os.readlink(f"/proc/{parent}/fd/{descriptor}")
            found.append(f"{pathlib.Path(target)}")
        except OSError:
            pass
    return found
