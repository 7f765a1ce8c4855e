"""Versions that uv has chosen, as lines that ask for exactly that.

In: a `pylock.toml` that uv has just made. Out: packages, and whether each is there as a wheel.
"""

from dataclasses import dataclass
from typing import Any

from bot.project.environment.uv_errors import normal
from bot.system import toml


@dataclass(frozen=True)
class Package:
    """A package with its version chosen; `line` asks for exactly that."""

    name: str
    line: str
    has_wheel: bool


def packages(lock: str) -> list[Package]:
    """The packages of a `pylock.toml` that uv has just made."""
    return [_package(item) for item in toml.loads(lock).get("packages", [])]


def _package(item: dict[str, Any]) -> Package:
    name = normal(item["name"])
    vcs, archive = item.get("vcs"), item.get("archive")
    if vcs:
        folder = f"#subdirectory={vcs['subdirectory']}" if "subdirectory" in vcs else ""
        return Package(name, f"{name} @ git+{vcs['url']}@{vcs['commit-id']}{folder}", has_wheel=False)
    local = item.get("directory") or (archive if archive and "url" not in archive else None)
    if local:  # a file or a folder of the repository: as it is written, seen from where uv runs
        return Package(name, f"./{local['path']}", has_wheel=False)
    if archive:
        return Package(name, f"{name} @ {archive['url']}", has_wheel=archive["url"].endswith(".whl"))
    return Package(name, f"{name}=={item['version']}", has_wheel=bool(item.get("wheels")))
