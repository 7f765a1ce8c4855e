"""The folder that a project puts on its search path by itself: `PYTHONPATH=server alembic upgrade head`.

In: a checkout, an Alembic environment, a module that an import did not find. Out: the folder below which it is, with ""
for the root; None where there is none, or where it cannot be told which of several is meant.
"""

import posixpath
from pathlib import Path, PurePosixPath

from bot.discovery import file_kinds
from bot.discovery.environments import AlembicConfig
from bot.discovery.imports import Modules


def folder_of(checkout: Path, config: AlembicConfig, module: str) -> str | None:
    """The one that is nearest to the environment."""
    if "." in module:  # its package was found, in the place where it is
        return None
    modules = Modules.of(checkout)
    # A folder that is called so and has some Python in it may be anything.
    places = [
        folder
        for folder in modules.roots.get(module, [])
        if modules.below(folder, module) and not file_kinds.is_test(posixpath.join(folder, "module.py"))
    ]
    near = [_common(folder, config) for folder in places]
    best = [folder for folder, depth in zip(places, near, strict=True) if depth == max(near)]
    return best[0] if len(best) == 1 else None


def _common(folder: str, config: AlembicConfig) -> int:
    """How many folders a path shares with those of the environment."""
    places = (PurePosixPath(posixpath.normpath(place)).parts for place in (config.cwd, config.script_dir or "."))
    return max(len(posixpath.commonprefix([PurePosixPath(folder).parts, parts])) for parts in places)
