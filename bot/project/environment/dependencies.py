"""Which files say what a project depends on, and how its environment is made from them. Reads files only."""

import configparser
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Kind = Literal[
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "pylock.toml",
    "requirements",
    "Pipfile.lock",
    "Pipfile",
    "pyproject",
    "setup",
    "none",
]

# What a requirements file is called when it is for something other than running the project.
_ASIDE = re.compile(r"dev|test|doc|lint|mypy|type|build|format|ci\b|check|example", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """The files of one project: `folder` holds them; `files` are read for the fingerprint, in this order."""

    kind: Kind
    folder: Path
    files: tuple[Path, ...]
    python: str = ""


def find(project: Path, checkout: Path) -> Found:
    """The nearest dependency files from the configuration's folder upwards to the checkout's root."""
    folder = project
    while True:
        found = _in(folder)
        if found is not None:
            return found
        if folder == checkout or checkout not in folder.parents:
            return Found("none", checkout, (), _python(checkout, {}))
        folder = folder.parent


def _in(folder: Path) -> Found | None:
    pyproject = _toml(folder / "pyproject.toml")
    for name in ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml"):
        if (folder / name).is_file():
            files = (folder / name, folder / "pyproject.toml")
            return Found(name, folder, tuple(f for f in files if f.is_file()), _python(folder, pyproject))
    setup = [folder / name for name in ("setup.py", "setup.cfg") if (folder / name).is_file()]
    requirements = _requirements(folder)
    for name in ("Pipfile.lock", "Pipfile"):
        if (folder / name).is_file():
            return Found(name, folder, (folder / name,), _python(folder, pyproject))  # type: ignore[arg-type]
    declared = "project" in pyproject or "poetry" in pyproject.get("tool", {})
    if requirements:
        extra = [folder / "pyproject.toml"] if declared else []
        return Found("requirements", folder, (*requirements, *extra, *setup), _python(folder, pyproject))
    if declared:
        return Found("pyproject", folder, (folder / "pyproject.toml", *setup), _python(folder, pyproject))
    if _is_real_setup(folder):
        return Found("setup", folder, tuple(setup), _python(folder, pyproject))
    return None


def _is_real_setup(folder: Path) -> bool:
    """A setup.cfg with tool settings alone makes no project."""
    return (folder / "setup.py").is_file() or "name" in _section(folder / "setup.cfg", "metadata")


def _requirements(folder: Path) -> list[Path]:
    """The files that the project needs to run, compiled ones before the loose ones they come from."""
    candidates = sorted(folder.glob("requirements*.txt")) + sorted((folder / "requirements").glob("*.txt"))
    main = [
        path
        for path in candidates
        if path.stem in ("requirements", "requirements-prod", "prod", "base", "main", "common", "requirements.prod")
    ]
    running = main or [path for path in candidates if not _ASIDE.search(path.stem)]
    return running or candidates


def _python(folder: Path, pyproject: dict[str, Any]) -> str:
    """What the project says of its Python, as a version or specifier; empty when it says nothing."""
    requires = pyproject.get("project", {}).get("requires-python")
    if isinstance(requires, str) and requires.strip():
        return requires.strip()
    poetry = pyproject.get("tool", {}).get("poetry", {}).get("dependencies", {}).get("python")
    if isinstance(poetry, str):
        return _caret(poetry)
    for name in (".python-version", "runtime.txt"):
        match = re.match(r"(?:python-)?(\d+\.\d+)", _text(folder / name).strip())
        if match:
            return match[1]
    cfg = _section(folder / "setup.cfg", "options").get("python_requires")
    if cfg:
        return cfg.strip()
    match = re.search(r"python_requires\s*=\s*['\"]([^'\"]+)['\"]", _text(folder / "setup.py"))
    if match:
        return match[1]
    version = _toml(folder / "Pipfile").get("requires", {}).get("python_version")
    return str(version) if version else ""


def _caret(specifier: str) -> str:
    """Poetry's `^3.9` in standard terms."""
    parts = []
    for part in re.split(r"\s*,\s*", specifier.rsplit("||", maxsplit=1)[-1].strip()):
        caret = re.fullmatch(r"\^(\d+)(\.\d+)*", part)
        tilde = re.fullmatch(r"~(\d+)\.(\d+)(\.\d+)?", part)
        if caret:
            parts.append(f">={part[1:]},<{int(caret[1]) + 1}")
        elif tilde:
            parts.append(f">={part[1:]},<{tilde[1]}.{int(tilde[2]) + 1}")
        elif re.fullmatch(r"\d+(\.\d+)*(\.\*)?", part):
            parts.append(f"=={part}" if part.endswith("*") or part.count(".") > 1 else f"=={part}.*")
        elif part != "*":
            parts.append(part.replace(" ", ""))
    return ",".join(parts)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _section(path: Path, name: str) -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(_text(path))
    except configparser.Error:
        return {}
    return dict(parser[name]) if parser.has_section(name) else {}


def project_name(folder: Path) -> tuple[str, str] | None:
    """Name and version of the project itself, as far as files tell without running anything."""
    pyproject = _toml(folder / "pyproject.toml")
    for table in (pyproject.get("project", {}), pyproject.get("tool", {}).get("poetry", {})):
        if isinstance(table, dict) and isinstance(table.get("name"), str):
            return table["name"], str(table.get("version") or "0.0.0")
    metadata = _section(folder / "setup.cfg", "metadata")
    if metadata.get("name"):
        version = metadata.get("version", "")
        return metadata["name"], version if re.match(r"\d", version) else "0.0.0"
    match = re.search(r"^\s*name\s*=\s*['\"]([\w.-]+)['\"]", _text(folder / "setup.py"), re.MULTILINE)
    return (match[1], "0.0.0") if match else None


def code_folders(folder: Path) -> list[Path]:
    """Where the project's packages lie: its folder and a `src` below it."""
    return [path for path in (folder / "src", folder / "lib", folder) if path.is_dir()]
