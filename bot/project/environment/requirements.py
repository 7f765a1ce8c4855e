"""Lock files of many tools as one list of requirement lines for `uv pip install`. Reads files only."""

import json
import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import ProjectError
from bot.project.environment.dependencies import Found

_LOCAL = re.compile(
    r"^\s*(?:-e|--editable)?\s*(?:[\w.\[\]-]+\s*@\s*)?(?:file:(?://)?)?(\.{1,2}(?:/[^\s;\[]*)?|/[^\s;\[]*)"
)


@dataclass(frozen=True)
class Requirements:
    """`lines` for the installer; `files` that it reads by itself; `local` are folders of the repository's own code.

    `exact` says that the lines are a whole lock, so that nothing needs to be resolved.
    """

    lines: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    local: tuple[Path, ...] = ()
    exact: bool = False


def read(found: Found) -> Requirements:
    """What to install; raises `ProjectError` for a lock file that cannot be read."""
    try:
        if found.kind in ("poetry.lock", "pdm.lock"):
            return _packages(found)
        if found.kind == "Pipfile.lock":
            return Requirements(tuple(_pipfile_lock(found.text(found.files[0]))), exact=True)
        if found.kind == "Pipfile":
            return Requirements(tuple(_pipfile(found.text(found.files[0]))))
        if found.kind == "requirements":
            return _requirements(found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProjectError(
            f"{found.files[0].name} cannot be read: {error}",
            "Make it anew with the tool that it belongs to, or give --install.",
            kind="install",
        ) from error
    return Requirements(files=found.files[:1])


def _packages(found: Found) -> Requirements:
    """`poetry.lock` and `pdm.lock`: everything that is not for development alone."""
    data = tomllib.loads(found.text(found.files[0]))
    lines, local = [], []
    for package in data["package"]:
        groups = package.get("groups") or [package.get("category", "main")]
        if not {"main", "default"} & set(groups) and not package.get("optional"):
            continue
        source = package.get("source") or {}
        path = package.get("path") or (source.get("url") if source.get("type") == "directory" else None)
        if path:
            local.append(_folder(found.folder, str(path)))
            continue
        lines.append(_line(package, source))
    return Requirements(tuple(lines), local=tuple(local), exact=True)


def _line(package: dict[str, Any], source: dict[str, Any]) -> str:
    marker = package.get("markers") or package.get("marker") or ""
    if isinstance(marker, dict):
        marker = marker.get("main", "")
    url = package.get("git") or (source.get("url") if source.get("type") == "git" else None)
    if url:
        revision = package.get("revision") or source.get("resolved_reference") or source.get("reference") or "HEAD"
        line = f"{package['name']} @ git+{url}@{revision}"
    else:
        line = f"{package['name']}=={package['version']}"
    return f"{line} ; {marker}" if marker else line


def _pipfile_lock(text: str) -> Iterator[str]:
    for name, item in json.loads(text)["default"].items():
        extras = f"[{','.join(item['extras'])}]" if item.get("extras") else ""
        if "git" in item:
            yield f"{name}{extras} @ git+{item['git']}@{item.get('ref', 'HEAD')}"
        elif "version" in item:
            marker = f" ; {item['markers']}" if item.get("markers") else ""
            yield f"{name}{extras}{item['version']}{marker}"


def _pipfile(text: str) -> Iterator[str]:
    for name, item in tomllib.loads(text).get("packages", {}).items():
        version = item if isinstance(item, str) else item.get("version", "*")
        extras = f"[{','.join(item['extras'])}]" if isinstance(item, dict) and item.get("extras") else ""
        yield f"{name}{extras}{'' if version == '*' else version}"


def _requirements(found: Found) -> Requirements:
    """Requirement files, with the repository's own folders taken out: their code is read from the checkout."""
    lines: list[str] = []
    local: list[Path] = []
    seen: set[Path] = set()
    for path in found.files:
        if path.suffix == ".txt":
            _collect(found, path, lines, local, seen)
    own = [path for path in found.files if path.suffix != ".txt"]
    # A list that says "." means the project's own declaration.
    files = own[:1] if found.folder in local else []
    return Requirements(tuple(lines), tuple(files), tuple(local))


def _collect(found: Found, path: Path, lines: list[str], local: list[Path], seen: set[Path]) -> None:
    if path in seen:
        return
    seen.add(path)
    try:
        text = found.text(path)
    except OSError:
        return
    for raw in text.replace("\\\n", " ").splitlines():
        line = re.sub(r"(^|\s)#.*$", "", raw).strip()
        line = re.sub(r"\s+--hash=\S+", "", line)
        include = re.match(r"(?:-r|--requirement)[ =]?\s*(\S+)", line)
        inside = _LOCAL.match(line)
        if include:
            _collect(found, _folder(path.parent, include[1]), lines, local, seen)
        elif re.match(r"(?:-c|--constraint)", line):
            continue  # constrains versions only; the lock beside it says more
        elif inside and not line.startswith("--"):
            local.append(_folder(path.parent, inside[1]))
        elif line:
            lines.append(line)


def _folder(start: Path, path: str) -> Path:
    """A path in a file, without asking the disk: what lies outside of the checkout is found by nobody later."""
    return Path(os.path.normpath(start / path))


def sources_in_uv_lock(found: Found) -> list[Path]:
    """Folders of the members of a uv workspace."""
    try:
        data = tomllib.loads(found.text(found.files[0]))
        sources = [package.get("source", {}) for package in data.get("package", [])]
    except (OSError, ValueError, AttributeError, TypeError):
        return []
    words = [s.get("editable") or s.get("directory") or s.get("virtual") for s in sources if isinstance(s, dict)]
    return [_folder(found.folder, word) for word in words if isinstance(word, str)]
