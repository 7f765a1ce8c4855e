"""Whether the server still answers: one that hangs would hold every session, and so the run, for good.

Asked is what any client may ask before it says who it is (PostgreSQL manual, "SSL Session Encryption"); a session is
not needed, and a statement that takes long does not matter.
"""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.database.addresses import Address

_QUESTION = struct.pack("!II", 8, 80_877_103)  # SSLRequest
_MISSES = 2


@contextmanager
def watched(address: Address, patience: float, end: Callable[[], object]) -> Iterator[None]:
    """Call `end` when the server has twice not answered for `patience` seconds.

    It has to kill the server: all sessions then end with an error.
    """
    done = threading.Event()

    def watch() -> None:
        misses = 0
        while not done.wait(patience):
            misses = 0 if _answers(address, patience) else misses + 1
            if misses >= _MISSES:
                end()
                return

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()


def _answers(address: Address, patience: float) -> bool:
    try:
        with _connected(address, patience) as connection:
            connection.settimeout(patience)
            connection.sendall(_QUESTION)
            return bool(connection.recv(1))
    except OSError:
        return False


def _connected(address: Address, patience: float) -> socket.socket:
    if not address.host.startswith("/"):
        return socket.create_connection((address.host, address.port), patience)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(patience)
    connection.connect(f"{address.host}/.s.PGSQL.{address.port}")
    return connection
