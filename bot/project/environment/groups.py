"""Groups of dependencies beside the usual ones, of which a project's environment may need some.

In: the files that were found. Out: names of groups, as their tools call them. Reads files only.
"""

import json
import re
from typing import Any

from bot.project.environment.dependencies import Found
from bot.system import toml

_ALEMBIC = re.compile(r"\s*(alembic|flask[-_.]migrate)(?![\w.-])", re.IGNORECASE)
_DEVELOPMENT = "dev"  # what poetry and pipenv call the one that has a table of its own


def with_alembic(found: Found) -> list[str]:
    """Those that bring Alembic: a project may have it in a group for its servers, or for development."""
    if found.kind == "Pipfile.lock":
        lock = _read(found, "Pipfile.lock")
        return [_DEVELOPMENT] * any(map(_ALEMBIC.match, _table(lock, "develop")))
    return [name for name, lines in _groups(found).items() if any(map(_ALEMBIC.match, lines))]


def optional(found: Found) -> list[str]:
    """The extras that a `pdm.lock` has: other tools are asked for all of them by one word."""
    said = _table(_read(found, "pdm.lock"), "metadata").get("groups")
    names = [name for name in said if isinstance(name, str)] if isinstance(said, list) else []
    return [name for name in names if name != "default" and name not in _groups(found)]


def beside(found: Found) -> dict[str, list[str]]:
    """All groups and extras of the package, with what they list."""
    extras = _table(_table(_read(found, "pyproject.toml"), "project"), "optional-dependencies")
    listed = {name: [line for line in lines if isinstance(line, str)] for name, lines in extras.items() if _many(lines)}
    return {**listed, **_groups(found)}


def _groups(found: Found) -> dict[str, list[str]]:
    """The groups of a `pyproject.toml` that are not for whoever installs the project, with what they list."""
    table = _read(found, "pyproject.toml")
    tools = _table(table, "tool")
    poetry, pdm = _table(tools, "poetry"), _table(tools, "pdm")
    listed = {**_table(table, "dependency-groups"), **_table(pdm, "dev-dependencies")}
    listed |= {name: _table(group, "dependencies") for name, group in _table(poetry, "group").items()}
    if development := _table(poetry, "dev-dependencies"):
        listed[_DEVELOPMENT] = development
    return {name: [line for line in lines if isinstance(line, str)] for name, lines in listed.items() if _many(lines)}


def _many(value: Any) -> bool:
    return isinstance(value, list | dict)


def _read(found: Found, name: str) -> dict[str, Any]:
    """A file of the package; empty where it cannot be read."""
    folder = found.member or found.folder
    try:
        text = found.text(folder / name)
        data = json.loads(text) if name == "Pipfile.lock" else toml.loads(text)
    except (OSError, ValueError, RecursionError):  # Python refuses numbers of more than 4,300 digits
        return {}
    return data if isinstance(data, dict) else {}


def _table(table: Any, name: str) -> dict[str, Any]:
    """A table in a table; empty where the file has something else."""
    found = table.get(name, {}) if isinstance(table, dict) else {}
    return found if isinstance(found, dict) else {}
