"""What a program prints, read all the time so that it never has to wait; only the end of it is kept."""

import os
import threading
from typing import IO

PATIENCE = 1.0  # seconds for the rest after the program has ended: a stray of its may hold the pipe


class Output:
    """Reads `stream` in a thread of its own and keeps its last `kept` bytes."""

    def __init__(self, stream: IO[bytes], kept: int) -> None:
        self._end = bytearray()
        # Had beforehand: a thread that finds no memory for a block would leave the program waiting.
        self._block = bytearray(65_536)
        self._kept = kept
        self._lock = threading.Lock()
        self._stream = stream
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        with self._stream:
            while count := os.readv(self._stream.fileno(), [self._block]):
                with self._lock:
                    self._end += memoryview(self._block)[:count]
                    del self._end[: -self._kept]

    def finish(self) -> None:
        """Wait for the rest after the program has ended."""
        self._thread.join(PATIENCE)

    def text(self) -> str:
        """What is kept, undecodable bytes replaced."""
        with self._lock:
            return self._end.decode(errors="replace")
