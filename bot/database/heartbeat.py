"""Watches whether the server still answers: one that hangs would block every session, and so the run, forever.

Asked is what any client may ask before it says who it is (PostgreSQL manual, "SSL Session Encryption"); a session is
not needed, and a statement that takes long does not matter.
"""

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.database.addresses import Address
from bot.system.repeating import repeating

_QUESTION = struct.pack("!II", 8, 80_877_103)  # SSLRequest
_MISSES = 2


@contextmanager
def watched(address: Address, timeout: float, end: Callable[[], object]) -> Iterator[None]:
    """Call `end` when the server has twice not answered for `timeout` seconds.

    It has to kill the server: all sessions then end with an error.
    """
    misses = 0

    def look() -> None:
        nonlocal misses
        misses = 0 if _answers(address, timeout) else misses + 1
        if misses == _MISSES:
            end()

    with repeating(look, timeout):
        yield


def _answers(address: Address, timeout: float) -> bool:
    try:
        with _connected(address, timeout) as connection:
            connection.settimeout(timeout)
            connection.sendall(_QUESTION)
            return bool(connection.recv(1))
    except OSError:
        return False


def _connected(address: Address, timeout: float) -> socket.socket:
    if not address.host.startswith("/"):
        return socket.create_connection((address.host, address.port), timeout)
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(timeout)
        connection.connect(f"{address.host}/.s.PGSQL.{address.port}")
    except OSError:
        connection.close()
        raise
    return connection
