"""A shared library that the machine lacks: no package of Python's brings it."""

import re

from bot.errors import ProjectError
from bot.project.remedies import Trouble

_LIBRARY = re.compile(r"\b(lib[\w+-]+)\.so(?:\.(\d+))?[\d.]*")
_MISSING = re.compile(r"cannot open shared object|failed to load|not found|could not find", re.IGNORECASE)


def remedy(error: ProjectError, trouble: Trouble) -> str:
    """The library's usual package on Debian."""
    del trouble
    found = _LIBRARY.search(error.message)
    if not found or not _MISSING.search(error.message):
        return ""
    package = found[1].lower() + (found[2] or "")
    return (
        f"The machine lacks the library {found[0]}: install it (on Debian and Ubuntu most likely `apt-get install "
        f"{package}`; in the action, from an image of your own), or give a setting that does without it."
    )
