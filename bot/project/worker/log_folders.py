"""Folders for log files: git keeps no empty ones, and what a project's own command makes at home is not there.

In: Python's handlers. Out: the same, which make the folder of their file when it is missing.
"""

import logging
from functools import wraps
from pathlib import Path
from typing import Any


def install() -> None:
    """Wrap what opens the file of a handler."""
    original = logging.FileHandler._open
    handler: Any = logging.FileHandler

    @wraps(original)
    def opened(self: Any) -> Any:
        try:
            return original(self)
        except FileNotFoundError:
            Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
            return original(self)

    handler._open = opened
