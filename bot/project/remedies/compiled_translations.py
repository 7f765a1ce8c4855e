"""Translations that are compiled before a program is started, and are not in git."""

import posixpath
import re
import shlex

from bot.discovery import tree
from bot.errors import ProjectError
from bot.project.remedies import Trouble

_MISSING = re.compile(r"No translation files? found for domain: '([\w.-]+)'")


def remedy(error: ProjectError, trouble: Trouble) -> str:
    """The command that compiles those of the domain."""
    found = _MISSING.search(error.message)
    if not found:
        return ""
    sources = [path for path in tree.files(trouble.checkout, (".po",)) if posixpath.basename(path) == f"{found[1]}.po"]
    folders = list(dict.fromkeys(posixpath.normpath(posixpath.join(path, "../../..")) for path in sources))
    if not folders:
        return ""
    domain = "" if found[1] == "messages" else f" -D {found[1]}"
    # The .mo files beside their sources.
    commands = [f"pybabel compile -f -d {shlex.quote(folder)}{domain}" for folder in folders]
    options = " ".join(f"--prepare {shlex.quote(command)}" for command in commands)
    return f"The translations {sources[0]} are not compiled (.mo files are not in git): {options}"
