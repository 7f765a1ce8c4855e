"""What a workflow needs to know about a repository, read from its files: none of its code runs.

In: a work tree. Out: its Alembic environments, its Python and packages, the extensions and settings that it needs.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.database import missing_extensions
from bot.discovery import environments, tree
from bot.discovery.environments import AlembicConfig
from bot.errors import UsageError
from bot.project.environment import dependencies
from bot.project.variables.filled import Filling
from bot.report.text import listed

_MOST = 3_000  # files that are searched
_EXTENSION = re.compile(r"CREATE\s+EXTENSION\s+(?:IF\s+NOT\s+EXISTS\s+)?[\\\"']*([a-z][\w-]*)", re.IGNORECASE)
_IMPORTED = re.compile(r"^[^\S\n]*(?:import|from)\s+geoalchemy2\b", re.MULTILINE)
_EMBEDDED = frozenset({"vector"})  # in the action's image, besides what PostgreSQL itself brings


@dataclass(frozen=True)
class Layout:
    """`packages` are the files that packages are installed from, `python` what they say of it.

    `images` are servers for the extensions that the action's own server lacks; `settings` are what the code asks for
    and has no default for, with a value that it can be loaded with.
    """

    configs: tuple[AlembicConfig, ...]
    packages: tuple[str, ...]
    python: str
    extensions: tuple[str, ...]
    images: tuple[str, ...]
    settings: Mapping[str, str]


def read(root: Path) -> Layout:
    """Raises `UsageError` where there is no Alembic environment."""
    configs = environments.usual(environments.discover(root))
    if not configs:
        raise UsageError(
            "no Alembic environment was found in the repository",
            "Run `alembic init migrations` first, or give --repo the folder of another repository.",
            kind="no-environment",
        )
    found = [dependencies.find(root / config.cwd, root) for config in configs]
    extensions = sorted(_extensions(_sources(root)))
    images = {missing_extensions.Remedy("extension", name).image for name in extensions if name not in _EMBEDDED}
    return Layout(
        configs=tuple(configs),
        packages=tuple(dict.fromkeys(file.relative_to(root).as_posix() for each in found for file in each.files[:1])),
        python=listed(list(dict.fromkeys(filter(None, (each.python or each.usual_python for each in found))))),
        extensions=tuple(extensions),
        images=tuple(sorted(images - {""})),
        settings=_settings(root, configs),
    )


def _sources(root: Path) -> Iterable[str]:
    for number, path in enumerate(tree.files(root, (".py", ".sql"))):
        if number == _MOST:
            return
        yield tree.text(root, path) or ""


def _extensions(sources: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for source in sources:
        found.update(name.lower() for name in _EXTENSION.findall(source))
        found.update(["postgis"] if _IMPORTED.search(source) else [])
    return found


def _settings(root: Path, configs: Iterable[AlembicConfig]) -> dict[str, str]:
    """Without values that GitHub would read as an expression or that do not fit on a line."""
    found: dict[str, str] = {}
    for config in configs:
        wanted = Filling(root, config, frozenset()).needed([], {})
        found = {**wanted, **found}
    return {name: value for name, value in sorted(found.items()) if value.isprintable() and "${{" not in value}
