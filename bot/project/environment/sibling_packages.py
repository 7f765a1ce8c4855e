"""Other packages of the repository whose code `env.py` imports: what they require is installed, too.

In: a checkout, an Alembic environment, the files that its packages come from. Out: the files of those others. Reads
files only.
"""

import posixpath
from pathlib import Path

from bot.discovery import tree
from bot.discovery.environments import AlembicConfig
from bot.discovery.imports import Modules, reach
from bot.project.environment import dependencies
from bot.project.environment.dependencies import Found
from bot.project.environment.uv_errors import normal
from bot.system import beneath

_DECLARING = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt")
_MOST = 20


def packages(checkout: Path, found: Found) -> dict[str, Path]:
    """Folders of packages that the repository has itself and the files name, by their names in an index."""
    texts = (
        beneath.text(checkout, path.relative_to(checkout).as_posix(), dependencies.LARGEST) for path in found.files
    )
    said = normal(" ".join(filter(None, texts)))
    folders = dict.fromkeys(checkout / posixpath.dirname(path) for path in tree.files(checkout, _DECLARING[:3]))
    named = ((folder, dependencies.project_name(folder, checkout)) for folder in folders)
    own = {normal(name[0]): folder for folder, name in named if name and folder != found.folder}
    return {name: folder for name, folder in own.items() if name in said}


def of(checkout: Path, config: AlembicConfig, found: Found) -> tuple[Found, ...]:
    """Those below the checkout's root that declare what they need, sorted by their folders."""
    own = found.folder.relative_to(checkout).as_posix()
    folders = {posixpath.dirname(path) or "." for path in tree.files(checkout, _DECLARING)}
    others = folders - {".", own, *([found.member.relative_to(checkout).as_posix()] if found.member else [])}
    if not others:
        return ()
    files = reach(checkout, Modules.of(checkout), config).files
    nearest = {next((folder for folder in tree.upwards(path) if folder in (own, *folders)), ".") for path in files}
    places = [checkout / folder for folder in sorted(nearest & others)[:_MOST]]
    declared = (dependencies.find(folder, checkout) for folder in places)
    return tuple(each for folder, each in zip(places, declared, strict=True) if folder in (each.folder, each.member))
