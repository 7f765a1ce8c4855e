"""About how large a project is, by its text alone."""

import re
from collections.abc import Iterable
from pathlib import Path

from bot.discovery import tree
from bot.discovery.environments import AlembicConfig

_CREATED = re.compile(r"\bcreate_table\(|\bcreate\s+table\b", re.IGNORECASE)
_DECLARED = re.compile(r"__tablename__|\bTable\(|\btable=True")


def tables(root: Path, configs: Iterable[AlembicConfig]) -> int:
    """How many tables the migrations create or, where they create none, the code declares."""
    folders = dict.fromkeys(folder for config in configs for folder in config.folders)
    return _count(root, folders, _CREATED) or _count(root, ["."], _DECLARED)


def _count(root: Path, folders: Iterable[str], what: re.Pattern[str]) -> int:
    paths = {f"{folder}/{path}" for folder in folders for path in tree.files(root / folder, (".py", ".sql"))}
    return sum(len(what.findall(tree.text(root, path) or "")) for path in paths)
