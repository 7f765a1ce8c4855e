"""A program that the machine lacks and the project's code starts when it is imported."""

import re

from bot.errors import ProjectError
from bot.project.remedies import Trouble

_NOT_FOUND = re.compile(r"\[Errno 2\] No such file or directory: '([^'/\s]+)'")


def remedy(error: ProjectError, trouble: Trouble) -> str:
    """Which program it is; a file of that name is missed by other functions."""
    del trouble
    found = _NOT_FOUND.search(error.message)
    if not found or "_execute_child" not in error.log_tail:
        return ""
    return (
        f"The machine lacks the program {found[1]}, which the project's code starts when it is imported: install it "
        "(in the action, from an image of your own), give a setting that does without it, or let the code start it "
        "when it is first needed."
    )
