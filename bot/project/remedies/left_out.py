"""A module that an import misses because its package could not be had."""

import re

from bot.errors import ProjectError
from bot.project.remedies import Trouble


def remedy(error: ProjectError, trouble: Trouble) -> str:
    """Which package it was, and how to bring it."""
    if not trouble.left_out or error.kind != "import":
        return ""
    module = _normal(error.module.partition(".")[0])
    own = [name for name in trouble.left_out if _normal(name) in (module, f"python{module}", f"py{module}")]
    names = own or list(trouble.left_out)
    verb = "was" if len(names) == 1 else "were"
    which = f"{', '.join(names)} could not be installed here and {verb} left out"
    return (
        f"{which}{'.' if own else ': does the module come from there?'} Install what it needs to be built, or bring it "
        "with --install, or name an environment that has it with --python."
    )


def _normal(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
