"""Another Python for a list of packages that has no wheels for the one that was chosen.

In: what uv resolved for a minor version of Python, as `pylock.toml`. Out: whether all of it can be installed there
without a compiler. Old lists are full of packages that newer Pythons cannot even build.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bot.system import toml

# Wheels for other platforms alone are there for no Python of this machine.
_TOO_NEW = re.compile(
    r"Failed to (download and )?build|no (usable )?wheels(?! with a matching platform)"
    r"|only has wheels with the following Python"
)
_TOO_OLD = re.compile(r"does not satisfy Python\s*>")


def in_order(here: str, others: Sequence[str], said: str) -> list[str]:
    """Minor versions worth a try instead of `here`, by what uv said; the nearest one first."""
    newer = sorted((name for name in others if _number(name) > _number(here)), key=_number)
    older = sorted((name for name in others if _number(name) < _number(here)), key=_number, reverse=True)
    flat = re.sub(r"\s+", " ", said)
    if _TOO_OLD.search(flat):
        return newer
    return [*older, *newer] if _TOO_NEW.search(flat) else []


def has_wheels(lock: str, minor: str) -> bool:
    """Whether each package has a wheel for this Python and this machine, or none at all: those are plain sources."""
    tags = _tags(minor)
    for item in toml.loads(lock).get("packages", []):
        names = list(_names(item))
        if names and not any(tags & _of(name) for name in names):
            return False
    return True


def _names(item: dict[str, Any]) -> Iterator[str]:
    for wheel in item.get("wheels", []):
        yield str(wheel.get("name") or wheel.get("url") or wheel.get("path") or "").rpartition("/")[2]


def _tags(minor: str) -> set[Any]:
    # Importing it takes a while, and most runs have their environment already.
    from packaging import tags  # noqa: PLC0415

    version = (3, _number(minor))
    return {*tags.cpython_tags(version), *tags.compatible_tags(version, f"cp3{_number(minor)}")}


def _of(name: str) -> frozenset[Any]:
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename  # noqa: PLC0415

    try:
        return parse_wheel_filename(name)[3]
    except InvalidWheelFilename:
        return frozenset()


def _number(minor: str) -> int:
    return int(minor.split(".")[1])
