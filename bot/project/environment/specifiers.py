"""Versions of Python that a project or a setting asks for, read as versions: whatever else is there is no request.

In: text from `pyproject.toml`, `.python-version` and their like. Out: a specifier in the form of the packaging
standards, which `packaging` alone reads.
"""

import re
from collections.abc import Iterable

from bot.errors import ProjectError

_LONGEST = 200  # characters


def of_project(*said: str) -> str:
    """The first specifier among what files say; empty when none is one."""
    return next((found for found in map(_normal, said) if found), "")


def of_setting(request: str) -> str:
    """The specifier that a user's `--python` means; raises `ProjectError` when it is none."""
    found = _normal(request)
    if not found:
        raise ProjectError(
            f"--python {request[:60]}: this is no version",
            "Name a version (3.12), an interpreter, or the folder of a virtual environment.",
            kind="python",
        )
    return found


def _normal(request: str) -> str:
    text = request.strip()
    if not text or len(text) > _LONGEST:
        return ""
    # Importing it takes a while, and most runs have their environment already.
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415

    if re.fullmatch(r"\d+(\.\d+){0,2}", text):
        text = f"=={text}" if text.count(".") == 2 else f"=={text}.*"
    try:
        return str(SpecifierSet(text))
    except InvalidSpecifier:
        return ""


def fits(version: str, specifier: str) -> bool:
    """Whether a version, such as `3.12.1`, is one of those that are asked for."""
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415

    try:
        return SpecifierSet(specifier).contains(Version(version), prereleases=True)
    except InvalidVersion:
        return False


def fits_another_patch(version: str, specifier: str) -> bool:
    """Whether a version would fit if its last number were another one: `3.13.0` for `==3.13.7`."""
    minor = ".".join(version.split(".")[:2])
    return any(fits(f"{minor}.{patch}", specifier) for patch in range(40))


def newest_minor(specifier: str, among: Iterable[int]) -> str | None:
    """The newest `3.N` of which some version fits."""
    for minor in sorted(among, reverse=True):
        if any(fits(f"3.{minor}.{patch}", specifier) for patch in (99, *range(30))):
            return f"3.{minor}"
    return None
