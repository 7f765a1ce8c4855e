"""A function, type, schema or table that a script of the repository makes before any migration, as a database's image
runs it at its first start."""

import re
from collections.abc import Iterator

from bot.discovery import tree
from bot.errors import ProjectError
from bot.project.remedies import Trouble
from bot.system import beneath

_MISSING = re.compile(
    r"(?:function|type|schema|relation|text search configuration) "
    r"\"?(?:\w+\.)?(?P<name>\w+)\"?(?:\([^)]*\))? does not exist"
)
_CREATED = (
    r"\bCREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|TYPE|DOMAIN|SCHEMA|TABLE|SEQUENCE|TEXT\s+SEARCH\s+CONFIGURATION)\s+"
    r'(?:IF\s+NOT\s+EXISTS\s+)?(?:"?\w+"?\.)?"?{name}"?(?!\w)'
)
_HIDDEN = (".devcontainer", ".docker")  # what else is hidden is no part of the project's code
_AT_START = re.compile(r"init|docker|setup|bootstrap|create", re.IGNORECASE)


def remedy(error: ProjectError, trouble: Trouble) -> str:
    """The script, to be run in each database first."""
    missing = _MISSING.search(error.message) if error.kind == "database" else None
    if missing is None:
        return ""
    created = re.compile(_CREATED.format(name=re.escape(missing["name"])), re.IGNORECASE)
    found = [path for path in _scripts(trouble) if created.search(tree.text(trouble.checkout, path) or "")]
    if not found:
        return ""
    path = min(found, key=lambda path: (not _AT_START.search(path), path.count("/"), path))
    return f"{path} makes {missing['name']}, which no migration does before it is used: --setup '@{path}'"


def _scripts(trouble: Trouble) -> Iterator[str]:
    yield from tree.files(trouble.checkout, (".sql",))
    for folder in _HIDDEN:
        for name in beneath.names(trouble.checkout, folder):
            if name.endswith(".sql"):
                yield f"{folder}/{name}"
