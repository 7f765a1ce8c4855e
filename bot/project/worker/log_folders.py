"""Logging that stops nothing: git keeps no empty folders, and log files and their configuration may be the machine's.

In: Python's handlers and what configures them. Out: the same; a missing folder is made, what would be written elsewhere
goes nowhere, and a configuration that cannot be had is gone without, which is said on standard error.
"""

import logging
import logging.config
import os
import sys
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any, Optional


def install() -> None:
    """Wrap what opens the file of a handler, and what reads a configuration."""
    original = logging.FileHandler._open
    handler: Any = logging.FileHandler

    @wraps(original)
    def opened(self: Any) -> Any:
        try:
            return original(self)
        except FileNotFoundError:
            with suppress(PermissionError):
                Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
                return original(self)
        except PermissionError:
            pass
        return Path(os.devnull).open(self.mode, encoding=self.encoding)

    handler._open = opened
    for name in ("fileConfig", "dictConfig"):
        setattr(logging.config, name, _forgiving(getattr(logging.config, name)))


def _forgiving(configure: Any) -> Any:
    @wraps(configure)
    def tried(*arguments: Any, **options: Any) -> None:
        try:
            configure(*arguments, **options)
        except Exception as error:
            if _lacks_a_module(error):  # which may be had
                raise
            print("logging is not configured: {!r}".format(error), file=sys.stderr)

    return tried


def _lacks_a_module(error: Optional[BaseException]) -> bool:
    while error is not None and not isinstance(error, ImportError):
        error = error.__cause__ or error.__context__
    return error is not None
