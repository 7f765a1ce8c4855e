"""Where an Alembic configuration's relative paths lead, and from which folder Alembic is meant to be run.

In: a checkout and what a configuration file says. Out: the folder with `env.py` and the working
folder, both relative to the checkout. A configuration does not say where it is run from: that is read off the
folder from which its paths, or else its env.py's imports, lead somewhere.
"""

import ast
import posixpath
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.discovery import syntax, tree

_LIBRARIES = frozenset({"alembic", "sqlalchemy", *sys.stdlib_module_names})


@dataclass(frozen=True)
class Located:
    """`script_dir` is None when no folder of the checkout fits."""

    cwd: str
    script_dir: str | None
    versions: tuple[str, ...] = ()


def locate(root: Path, folder: str, options: Mapping[str, str]) -> Located:
    """Follow `script_location` and `version_locations` of a configuration file that lies in `folder`."""
    raw = options["script_location"]
    found = _find(root, folder, expanded(raw, options))
    if found is None:
        return Located(folder, None)
    cwd, script_dir = found
    if "%(here)s" in raw:
        cwd = importing_folder(root, folder, script_dir)
    return Located(cwd, script_dir, _versions(root, folder, cwd, options))


def flask_folder(root: Path, script_dir: str) -> str:
    """Where `flask db` is run: the nearest folder around the migrations that is not a package itself."""
    around = tree.upwards(posixpath.dirname(script_dir) or ".")
    return next((folder for folder in around if not tree.is_file(root, f"{folder}/__init__.py")), ".")


_LONGEST_LIST, _LONGEST_PATH = 20_000, 4_096  # characters


def expanded(raw: str, options: Mapping[str, str]) -> str:
    """A value with other options put in, and `%(here)s` made a leading `//`: relative to the file itself.

    What is longer than paths are is cut off: put in again and again, it would fill the memory.
    """
    text = re.sub(r"%\(here\)s", "//", raw[:_LONGEST_LIST])
    text = re.sub(r"%\((\w+)\)s", lambda found: options.get(found[1].lower(), found[0])[:_LONGEST_PATH], text)
    return text.replace("%%", "%").strip()


def _find(root: Path, folder: str, location: str) -> tuple[str, str] | None:
    """The first folder, from the file's own upwards, from which `location` exists; and what it is then."""
    if location.startswith("//"):
        path = tree.join(folder, location.lstrip("/") or ".")
        return (folder, path) if path is not None and tree.is_folder(root, path) else None
    relative = _in_package(location) if ":" in location else location
    for start in tree.upwards(folder):
        for inner in (".", "src") if ":" in location else (".",):
            path = tree.join(posixpath.join(start, inner), relative)
            if path is not None and tree.is_folder(root, path):
                return start, path
    return None


def _in_package(location: str) -> str:
    """`package.inner:folder` as a path."""
    package, _, path = location.partition(":")
    return posixpath.join(package.replace(".", "/"), path)


def importing_folder(root: Path, folder: str, script_dir: str) -> str:
    """The folder, from `folder` upwards, that has most of what env.py imports."""
    names = _imported(tree.text(root, f"{script_dir}/env.py") or "") - _LIBRARIES
    counted = {start: _count(root, start, names) for start in tree.upwards(folder)}
    best = max(counted.values())
    return next(start for start, count in counted.items() if count == best) if best else folder


def _count(root: Path, start: str, names: set[str]) -> int:
    places = (f"{start}/{inner}{name}" for name in names for inner in ("", "src/"))
    return sum(tree.is_folder(root, place) or tree.is_file(root, place + ".py") for place in places)


def _imported(source: str) -> set[str]:
    """The top-level names that a module imports absolutely."""
    whole_module = syntax.parsed(source, syntax.LONG)
    nodes = list(ast.walk(whole_module)) if whole_module else []
    whole = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    parts = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return {name.partition(".")[0] for name in whole | parts}


def _versions(root: Path, folder: str, cwd: str, options: Mapping[str, str]) -> tuple[str, ...]:
    """Folders of migrations outside the script folder."""
    separators = r"[\s,;]+" if "%(here)s" in options.get("version_locations", "") else r"[\s,;:]+"
    found = []
    for word in re.split(separators, expanded(options.get("version_locations", ""), options)):
        start, path = (folder, word.lstrip("/")) if word.startswith("//") else (cwd, word)
        joined = tree.join(start, path) if path else None
        if joined is not None and tree.is_folder(root, joined):
            found.append(joined)
    return tuple(found)
