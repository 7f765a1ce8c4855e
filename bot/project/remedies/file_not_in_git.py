"""A file that is not in the repository, beside an example of it that is."""

import posixpath
import re
import shlex
from collections.abc import Iterator

from bot.errors import ProjectError
from bot.project.remedies import Trouble
from bot.project.variables.examples import core, is_example
from bot.system import beneath

_WORD = re.compile(r"[\w.@/-]*\w\.\w{1,8}\b|[\w./-]*\.env\b")


def remedy(error: ProjectError, trouble: Trouble) -> str:
    """The command that copies the example; empty when no file is named that has one."""
    for paths in _named(error, trouble):
        if any(beneath.is_file(trouble.checkout, path) for path in paths):
            continue
        path, example = next(((path, found) for path in paths if (found := _example_of(path, trouble))), ("", ""))
        if example:
            copy = f"cp {shlex.quote(example)} {shlex.quote(path)}"
            return f"{path} is not in git; {example} is: --prepare '{copy}'"
    return ""


def _named(error: ProjectError, trouble: Trouble) -> Iterator[list[str]]:
    """Where each file may be that the failure speaks of: below the checkout, where the code runs, beside env.py."""
    top = re.escape(str(trouble.checkout))
    for word in dict.fromkeys(_WORD.findall(re.sub(rf"{top}/", "/", f"{error.message}\n{error.log_tail}"))):
        folders = ("",) if word.startswith("/") else ("", *trouble.folders)
        paths = [posixpath.normpath(posixpath.join(folder, word.lstrip("/"))) for folder in folders]
        yield [path for path in dict.fromkeys(paths) if not path.startswith("..")]


def _example_of(path: str, trouble: Trouble) -> str:
    folder, name = posixpath.split(path)
    for place in dict.fromkeys((folder or ".", posixpath.dirname(folder) or ".")):
        for other in beneath.names(trouble.checkout, place):
            if other != name and is_example(other) and core(other) == core(name):
                return posixpath.normpath(posixpath.join(place, other))
    return ""
