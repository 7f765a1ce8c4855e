"""The worker's end of the channel: one JSON object per line, each way.

Standard output belongs to the project's code, which prints what it likes.
"""

import json
import os
from typing import Any, Dict, Optional

MAXIMUM = 32 * 1024 * 1024  # bytes of one answer


class Channel:
    """Two pipes that no process started from here inherits."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        os.set_inheritable(read_fd, False)
        os.set_inheritable(write_fd, False)
        self._input = os.fdopen(read_fd, "rb")
        self._output = os.fdopen(write_fd, "wb")

    def receive(self) -> Optional[Dict[str, Any]]:
        """The next message; None when the other side has closed."""
        line = self._input.readline()
        message: Optional[Dict[str, Any]] = json.loads(line) if line else None
        return message

    def send(self, message: Dict[str, Any]) -> None:
        data = json.dumps(message, default=str).encode()
        if len(data) > MAXIMUM:
            text = "the answer has {} bytes, more than {}".format(len(data), MAXIMUM)
            data = json.dumps({"error": {"kind": "size", "type": "", "message": text}}).encode()
        self._output.write(data + b"\n")
        self._output.flush()
