"""A module of a submodule that is not checked out."""

import re

from bot.errors import ProjectError
from bot.project.remedies import Trouble
from bot.system import beneath

_PATH = re.compile(r"^[^\S\n]*path[^\S\n]*=[^\S\n]*(\S(?:.*\S)?)", re.MULTILINE)


def remedy(error: ProjectError, trouble: Trouble) -> str:
    """How the submodule comes into the checkout; silent where it is there."""
    found = re.search(r"No module named '([\w.]+)'", error.message)
    module = error.module or (found[1] if found else "")
    for path in _PATH.findall(beneath.text(trouble.checkout, ".gitmodules") or ""):
        if module and _is_of(module, path) and not list(beneath.names(trouble.checkout, path)):
            return (
                f"{path} is a submodule that is not checked out: give the step actions/checkout `submodules: true`; on"
                " your own machine, run `git submodule update --init`."
            )
    return ""


def _is_of(module: str, path: str) -> bool:
    """Whether the module may be in that folder: where imports begin is not known."""
    parts = path.split("/")
    return any(f"{module}.".startswith(f"{'.'.join(parts[start:])}.") for start in range(len(parts)))
