"""Lock files of many tools as one list of requirement lines for `uv pip install`. Reads files only."""

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import ProjectError
from bot.project.environment import groups
from bot.project.environment.dependencies import Found
from bot.system import toml

_LOCAL = re.compile(
    r"^\s*(?:-e|--editable)?\s*(?:[\w.-]+\s*(?:\[[\w.,\s-]*\]\s*)?@\s*)?(?:file:(?://)?)?(\.{1,2}(?:/[^\s;\[]*)?|/[^\s;\[]*)"
)


@dataclass(frozen=True)
class Requirements:
    """`lines` for the installer; `files` that it reads by itself; `local` are folders of the repository's own code.

    `exact` says that the lines are a whole lock, so that nothing needs to be resolved. `first` are the lines of the
    one file that brings Alembic, where `others` were read besides it.
    """

    lines: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    local: tuple[Path, ...] = ()
    exact: bool = False
    constraints: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    others: tuple[Path, ...] = ()

    @property
    def has_extras(self) -> bool:
        """Whether uv can be asked for all extras."""
        return bool(self.files) and self.files[0].name == "pyproject.toml"


def read(found: Found) -> Requirements:
    """What to install; raises `ProjectError` for a lock file that cannot be read."""
    try:
        if found.kind in ("poetry.lock", "pdm.lock"):
            return _packages(found)
        if found.kind == "Pipfile.lock":
            parts = ["default", *(["develop"] if groups.with_alembic(found) else [])]
            return Requirements(tuple(_pipfile_lock(found.text(found.files[0]), parts)), exact=True)
        if found.kind == "Pipfile":
            return Requirements(tuple(_pipfile(found.text(found.files[0]))))
        if found.kind == "requirements":
            return _requirements(found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ProjectError(
            f"{found.files[0].name} cannot be read: {error}",
            "Recreate it with the tool that it belongs to, or give --install.",
            kind="install",
        ) from error
    return Requirements(files=found.files[:1])


def _packages(found: Found) -> Requirements:
    """`poetry.lock` and `pdm.lock`: everything that is not for development alone."""
    data = toml.loads(found.text(found.files[0]))
    lines, local = {}, []
    wanted = {"main", "default", *groups.optional(found), *groups.with_alembic(found)}
    for package in data["package"]:
        listed = package.get("groups") or [package.get("category", "main")]
        if not wanted & set(listed) and not package.get("optional"):
            continue
        source = package.get("source") or {}
        path = package.get("path") or (source.get("url") if source.get("type") == "directory" else None)
        if path:
            local.append(_folder(found.folder, str(path)))
            continue
        line = _line(package, source)
        # Of several versions for different machines, that are distinguished elsewhere in the file, the last one.
        lines[line if ";" in line else package["name"]] = line
    return Requirements(tuple(lines.values()), local=tuple(local), exact=True)


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


def _pipfile_lock(text: str, parts: Iterable[str]) -> Iterator[str]:
    lock = json.loads(text)
    for name, item in {name: item for part in parts for name, item in lock[part].items()}.items():
        extras = f"[{','.join(item['extras'])}]" if item.get("extras") else ""
        if "git" in item:
            yield f"{name}{extras} @ git+{item['git']}@{item.get('ref', 'HEAD')}"
        elif "version" in item:
            marker = f" ; {item['markers']}" if item.get("markers") else ""
            yield f"{name}{extras}{item['version']}{marker}"


def _pipfile(text: str) -> Iterator[str]:
    for name, item in toml.loads(text).get("packages", {}).items():
        version = item if isinstance(item, str) else item.get("version", "*")
        extras = f"[{','.join(item['extras'])}]" if isinstance(item, dict) and item.get("extras") else ""
        yield f"{name}{extras}{'' if version == '*' else version}"


def of_lines(found: Found, lines: Iterable[str], minor: str) -> Requirements:
    """What a tool says that reads the lock file, for any patch release of this `minor` version of Python.

    A project that asks for one has markers that are true for it alone.
    """
    patch = re.compile(rf"\bpython_(?:full_)?version\s*(?:==|>=|~=)\s*(['\"]){re.escape(minor)}\.\d+\1")
    reading = _Reading(found)
    reading.read(found.folder, [patch.sub(f"python_version == '{minor}'", line) for line in lines])
    return Requirements(tuple(reading.lines), local=tuple(reading.local), exact=True)


def _requirements(found: Found) -> Requirements:
    """Requirement files, with the repository's own folders taken out: their code is read from the checkout."""
    listed = [path for path in found.files if path.suffix in (".txt", ".in", ".pip")]
    readings = [_Reading(found).file(path) for path in listed]
    whole = _Reading(found)
    for path in listed:
        whole.file(path)
    own = [path for path in found.files if path not in listed]
    # A list that says "." means the project's own declaration.
    files = own[:1] if found.folder in whole.local else []
    first = next((reading for reading in readings if any(map(_brings_alembic, reading.lines))), None)
    split = first is not None and len(first.lines) < len(whole.lines)
    others = [path for path, reading in zip(listed, readings, strict=True) if reading is not first]
    return Requirements(
        tuple(whole.lines),
        tuple(files),
        tuple(whole.local),
        constraints=tuple(whole.constraints),
        first=tuple(first.lines) if first and split else (),
        others=tuple(others) if split else (),
    )


def included(found: Found) -> tuple[Path, ...]:
    """Files that requirement files name, in the order in which they are met."""
    if found.kind != "requirements":
        return ()
    reading = _Reading(found)
    for path in found.files:
        if path.suffix in (".txt", ".in", ".pip"):
            reading.file(path)
    return tuple(path for path in reading.seen if path not in found.files)


def _brings_alembic(line: str) -> bool:
    return re.match(r"(alembic|flask[-_.]migrate|flask[-_.]alembic)\b", line, re.IGNORECASE) is not None


@dataclass
class _Reading:
    """What requirement files say, those that they include as well."""

    found: Found
    lines: list[str] = field(default_factory=list)
    local: list[Path] = field(default_factory=list)
    constraints: list[str] = field(default_factory=list)
    seen: dict[Path, None] = field(default_factory=dict)

    def file(self, path: Path, *, constrains: bool = False) -> "_Reading":
        """Read a file of the checkout, if it is there, once."""
        if path not in self.seen:
            self.seen[path] = None
            try:
                text = self.found.text(path)
            except OSError:
                return self
            self.read(path.parent, text.replace("\\\n", " ").splitlines(), constrains=constrains)
        return self

    def read(self, folder: Path, lines: Iterable[str], *, constrains: bool = False) -> None:
        for raw in lines:
            line = re.sub(r"(?<!\s)\s+--hash=\S+", "", re.sub(r"(^|\s)#.*$", "", raw).strip())
            include = re.match(r"(-r|--requirement|-c|--constraint)[ =]?\s*(\S+)", line)
            inside = _LOCAL.match(line)
            if include and "://" not in include[2]:
                limits = constrains or include[1] in ("-c", "--constraint")
                self.file(_folder(folder, include[2]), constrains=limits)
            elif inside and not line.startswith("--"):
                self.local.append(_folder(folder, inside[1]))
            elif line and not include and not line.startswith(_OPTIONS) and not _PYPI.match(line):
                line = re.sub(r"^(git\+)?git://", "git+https://", line.removeprefix("-e ").strip())
                (self.constraints if constrains else self.lines).append(line)


# The index that is asked anyway, wherever a machine has it mirrored; the older address answers no more.
_PYPI = re.compile(r"(-i|--index-url|--extra-index-url)[ =]\s*https?://pypi\.(python\.)?org/simple/?$")
# Options of pip's that say nothing of what is installed, or that uv has not.
_OPTIONS = ("--trusted-host", "--no-binary", "--only-binary", "--prefer-binary", "--require-hashes", "--use-", "--pre")


def _folder(start: Path, path: str) -> Path:
    """A path in a file, without asking the disk: what lies outside of the checkout is found by nobody later."""
    return Path(os.path.normpath(start / path))


def sources_in_uv_lock(found: Found) -> list[Path]:
    """Folders of the members of a uv workspace."""
    try:
        data = toml.loads(found.text(found.files[0]))
        sources = [package.get("source", {}) for package in data.get("package", [])]
    except (OSError, ValueError, AttributeError, TypeError):
        return []
    words = [s.get("editable") or s.get("directory") or s.get("virtual") for s in sources if isinstance(s, dict)]
    return [_folder(found.folder, word) for word in words if isinstance(word, str)]
