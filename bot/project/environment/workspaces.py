"""Workspaces of uv: one lock for several packages of a repository.

In: the folder of a package. Out: the folder above it whose `uv.lock` says what the package is installed with. Reads
files only.
"""

from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from bot.system import beneath, toml

_LOCK = 50 * 1024**2  # bytes


def root_of(member: Path, checkout: Path) -> Path | None:
    """The nearest folder above whose workspace the package belongs to; None where it has no lock."""
    if not member.is_relative_to(checkout):
        return None
    for folder in member.parents:
        if not folder.is_relative_to(checkout):
            return None
        inner = folder.relative_to(checkout).as_posix()
        table = _workspace(beneath.text(checkout, f"{inner}/pyproject.toml", _LOCK) or "")
        if table is not None:
            path = member.relative_to(folder)
            belongs = _matches(path, table.get("members")) and not _matches(path, table.get("exclude"))
            return folder if belongs and beneath.is_file(checkout, f"{inner}/uv.lock") else None
    return None


def _workspace(text: str) -> dict[str, Any] | None:
    try:
        table = toml.loads(text)["tool"]["uv"]["workspace"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return None
    return table if isinstance(table, dict) else None


def _matches(path: Path, patterns: Any) -> bool:
    words = patterns if isinstance(patterns, list) else []
    return any(_fits(path.parts, PurePosixPath(word).parts) for word in words if isinstance(word, str))


def _fits(parts: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Whether a path matches a pattern, in which `*` stays in one folder and `**` is any number of them."""
    if not parts or not pattern:
        return not parts and not any(word != "**" for word in pattern)
    if pattern[0] == "**":
        return _fits(parts, pattern[1:]) or _fits(parts[1:], pattern)
    return fnmatchcase(parts[0], pattern[0]) and _fits(parts[1:], pattern[1:])
