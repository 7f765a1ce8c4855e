"""Whether the server still answers: one that hangs would hold every session, and so the run, for good.

Asked is what any client may ask before it says who it is (PostgreSQL manual, "SSL Session Encryption"); a session is
not needed, and a statement that takes long does not matter.
"""

import signal
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_QUESTION = struct.pack("!II", 8, 80_877_103)  # SSLRequest
_MISSES = 2


@contextmanager
def watched(server: "subprocess.Popen[bytes]", path: Path, patience: float) -> Iterator[None]:
    """Kill the server when it has twice not answered for `patience` seconds: its sessions then end with an error.

    `path` is its socket.
    """
    done = threading.Event()

    def watch() -> None:
        misses = 0
        while not done.wait(patience):
            misses = 0 if _answers(path, patience) else misses + 1
            if misses >= _MISSES:
                server.send_signal(signal.SIGKILL)
                return

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()


def _answers(path: Path, patience: float) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(patience)
            connection.connect(str(path))
            connection.sendall(_QUESTION)
            return bool(connection.recv(1))
    except OSError:
        return False
