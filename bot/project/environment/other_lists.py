"""Lists of packages aside from those that a project is installed from, of which one has what an import did not find.

In: a checkout, the files that were found, the name of a module. Out: the nearest list that names its package, as plain
lines for an index. Reads files only. A lock may have been left as it was while the image is made from another list;
what a server needs may stand in a group for it.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.discovery import tree
from bot.project.environment import dependencies, groups, requirements
from bot.project.environment.dependencies import Found
from bot.project.environment.uv_errors import normal

_ENDINGS = (".txt", ".in", ".pip")
_LIST = re.compile(r"require", re.IGNORECASE)
_PLAIN = re.compile(r"[A-Za-z0-9][\w.-]*\s*(\[[\w.,\s-]*\])?\s*([<>=!~(;].*)?")
# Packages that are called otherwise than the module that they bring.
_CALLED = {
    "attr": ("attrs",),
    "bs4": ("beautifulsoup4",),
    "crypto": ("pycryptodome", "pycrypto"),
    "cv2": ("opencv-python", "opencv-python-headless"),
    "dateutil": ("python-dateutil",),
    "dotenv": ("python-dotenv",),
    "fitz": ("pymupdf",),
    "git": ("gitpython",),
    "jose": ("python-jose",),
    "jwt": ("pyjwt",),
    "magic": ("python-magic",),
    "mysqldb": ("mysqlclient",),
    "openssl": ("pyopenssl",),
    "pil": ("pillow",),
    "psycopg2": ("psycopg2-binary",),
    "sklearn": ("scikit-learn",),
    "telegram": ("python-telegram-bot",),
    "yaml": ("pyyaml",),
}


@dataclass(frozen=True)
class Listed:
    """`place` is the list or the group, for people; `line` is the one that brings the module."""

    place: str
    lines: tuple[str, ...]
    line: str


def having(found: Found, module: str) -> Listed | None:
    """The nearest list that names the package of a module."""
    names = _names(module)
    for place, lines in _lists(found):
        plain = tuple(line for line in lines if _PLAIN.fullmatch(line))
        own = next((line for line in plain if _package(line) in names or _is_part(line, module)), None)
        if own:
            return Listed(place, plain, own)
    return None


def place_of(project: Path, checkout: Path, module: str) -> str:
    """What has the package of a module; empty if nothing does."""
    found = having(dependencies.find(project, checkout), module)
    return found.place if found else ""


def _lists(found: Found) -> Iterator[tuple[str, list[str]]]:
    """Groups of the package first, then lists of requirements, those that share most of their path with it first."""
    yield from ((f"the group {name}", lines) for name, lines in groups.beside(found).items())
    paths = [path for path in tree.files(found.root, _ENDINGS) if _LIST.search(path)]
    start = (found.member or found.folder).relative_to(found.root).as_posix()
    taken = {*found.files, *requirements.included(found)}
    for path in sorted(paths, key=lambda path: (-_shared(path, start), path.count("/"), path)):
        if found.root / path not in taken:
            listed = Found("requirements", found.root, (found.root / path).parent, (found.root / path,))
            yield path, list(requirements.read(listed).lines)


def _shared(path: str, folder: str) -> int:
    parts = [item.split("/") for item in (posixpath.normpath(path), folder)]
    return len(posixpath.commonprefix(parts))


def _names(module: str) -> set[str]:
    name = normal(module.replace(".", "-"))
    return {name, f"python-{name}", f"py{name}", f"{name}-python", *_CALLED.get(module.lower(), ())}


def _package(line: str) -> str:
    return normal(re.split(r"[^\w.-]", line, maxsplit=1)[0])


def _is_part(line: str, module: str) -> bool:
    """Of a package that has a part of a namespace: `google.cloud` is in no package of its own."""
    return "." in module and _package(line).startswith(normal(module.replace(".", "-")) + "-")
