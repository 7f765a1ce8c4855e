"""Which files say what a project depends on, and how its environment is made from them. Reads files only.

In: a checkout, and a folder in it. Out: the files, and what they say, as data: a version is a `SpecifierSet`.
"""

import configparser
import fnmatch
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bot.project.environment import specifiers, workspaces
from bot.system import beneath, toml

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

LARGEST = 50 * 1024**2  # bytes of a lock file
# What a requirements file is called when it is for something other than running the project.
_ASIDE = re.compile(r"dev|test|doc|lint|mypy|type|build|format|ci\b|check|example", re.IGNORECASE)
_BUILDS = re.compile(r"\b(setuptools|distutils|skbuild|pbr)\b|(?<!def )\bsetup\(\s*(\w+\s*=|\*\*)")
_DEPTH, _MOST = 2, 200  # how far, and in how many folders, the files are looked for that bring Alembic
_NAMES_ALEMBIC = re.compile(r"(?<![\w.-])(alembic|flask[-_.]migrate)(?![\w.-])", re.IGNORECASE)
_ALEMBIC = re.compile(r"^[^\S\n]*(alembic|flask[-_.]migrate)(?![\w.-])", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Found:
    """The files of one project: `folder` holds them; `files` are read for the fingerprint, in this order.

    All of them are in the checkout `root`; `python` is a version specifier or empty, `usual_python` that of the image
    or the workflow in which the project is used to run. `member` is the package that is meant, where the lock is that
    of a workspace in a folder above it.
    """

    kind: Kind
    root: Path
    folder: Path
    files: tuple[Path, ...]
    python: str = ""
    usual_python: str = ""
    member: Path | None = None

    def text(self, path: Path) -> str:
        """What a file of the checkout holds; raises `OSError` when it cannot be read."""
        found = _Files(self.root).read(path)
        if found is None:
            raise OSError(f"{path.name} is no file of the repository that can be read")
        return found


@dataclass(frozen=True)
class _Files:
    """The files of a checkout, by their absolute paths."""

    root: Path

    def read(self, path: Path) -> str | None:
        if not path.is_relative_to(self.root):
            return None
        return beneath.text(self.root, path.relative_to(self.root).as_posix(), LARGEST)

    def has(self, path: Path) -> bool:
        return path.is_relative_to(self.root) and beneath.is_file(self.root, path.relative_to(self.root).as_posix())

    def named(self, folder: Path, pattern: str) -> list[Path]:
        inner = folder.relative_to(self.root).as_posix()
        return [folder / name for name in beneath.names(self.root, inner) if fnmatch.fnmatchcase(name, pattern)]

    def folders(self, folder: Path) -> list[Path]:
        """Those that are not hidden, sorted."""
        inner = folder.relative_to(self.root).as_posix()
        return [folder / name for name in beneath.folders(self.root, inner) if not name.startswith(".")]

    def toml(self, path: Path) -> dict[str, Any]:
        try:
            return toml.loads(self.read(path) or "")
        except (ValueError, RecursionError):  # Python refuses numbers of more than 4,300 digits
            return {}

    def section(self, path: Path, name: str) -> dict[str, str]:
        parser = configparser.ConfigParser(interpolation=None)
        try:
            parser.read_string(self.read(path) or "")
        except configparser.Error:
            return {}
        return dict(parser[name]) if parser.has_section(name) else {}


def find(project: Path, checkout: Path) -> Found:
    """The nearest dependency files from the configuration's folder upwards to the checkout's root.

    Where those are for something else, or there are none: those that bring Alembic, wherever they are.
    """
    files = _Files(checkout)
    folder, aside = project, None
    while True:
        found = _in(folder, files)
        if found is not None and not _is_aside(found, files):
            return _with_lock_above(found, files)
        aside = aside or found
        if folder == checkout or checkout not in folder.parents:
            none = Found("none", checkout, checkout, (), _python(checkout, {}, files), _usual_python(checkout, files))
            return _elsewhere(files) or aside or none
        folder = folder.parent


def _with_lock_above(found: Found, files: _Files) -> Found:
    """A package without a lock of its own is installed with that of the workspace that it is a member of."""
    root = workspaces.root_of(found.folder, files.root) if found.kind == "pyproject" else None
    if root is None:
        return found
    paths = (root / "uv.lock", root / "pyproject.toml", found.folder / "pyproject.toml")
    python = found.python or _python(root, files.toml(root / "pyproject.toml"), files)
    usual = found.usual_python or _usual_python(root, files)
    return Found("uv.lock", files.root, root, paths, python, usual, found.folder)


def _is_aside(found: Found, files: _Files) -> bool:
    """Whether the lists are for checking or documenting the project, and nothing beside them brings Alembic."""
    lists = [path for path in found.files if path.suffix in (".txt", ".in", ".pip")]
    others = any(not _ASIDE.search(path.stem) for path in lists) or not lists
    return not others and not any(_NAMES_ALEMBIC.search(files.read(path) or "") for path in found.files)


def _elsewhere(files: _Files) -> Found | None:
    """The first folder, the outermost ones first, with files that name Alembic."""
    level = [files.root]
    for _ in range(_DEPTH):
        level = [inner for folder in level for inner in files.folders(folder)][:_MOST]
        for folder in level:
            found = _in(folder, files)
            if found and any(_NAMES_ALEMBIC.search(files.read(path) or "") for path in found.files):
                return found
    return None


def _in(folder: Path, files: _Files) -> Found | None:
    pyproject = files.toml(folder / "pyproject.toml")

    def found(kind: Kind, *paths: Path) -> Found:
        there = tuple(path for path in paths if files.has(path))
        usual = _usual_python(folder, files)
        return Found(kind, files.root, folder, there, _python(folder, pyproject, files), usual)

    locks: tuple[Kind, ...] = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")
    for name in locks:
        if files.has(folder / name):
            return found(name, folder / name, folder / "pyproject.toml")
    setup = [folder / name for name in ("setup.py", "setup.cfg")] if _is_real_setup(folder, files) else []
    pipfiles: tuple[Kind, ...] = ("Pipfile.lock", "Pipfile")
    for name in pipfiles:
        if files.has(folder / name):
            return found(name, folder / name)
    declared = "project" in pyproject or "poetry" in _table(pyproject, "tool")
    requirements = _requirements(folder, files)
    if requirements:
        extra = [folder / "pyproject.toml"] if declared else []
        return found("requirements", *requirements, *extra, *setup)
    if declared:
        return found("pyproject", folder / "pyproject.toml", *setup)
    return found("setup", *setup) if setup else None


def _is_real_setup(folder: Path, files: _Files) -> bool:
    """A setup.cfg with tool settings alone makes no project, nor does a module of the application's called setup.py."""
    builds = _BUILDS.search(files.read(folder / "setup.py") or "")
    return bool(builds) or "name" in files.section(folder / "setup.cfg", "metadata")


def _requirements(folder: Path, files: _Files) -> list[Path]:
    """The files that the project needs to run, compiled ones before the loose ones they come from."""
    candidates: list[Path] = []
    for ending in (("txt", "pip"), ("in",)):
        for suffix in ending:
            candidates += files.named(folder, f"*requirements*.{suffix}")
            candidates += files.named(folder / "requirements", f"*.{suffix}")
        if candidates:
            break
    main = [
        path
        for path in candidates
        if path.stem in ("requirements", "requirements-prod", "prod", "base", "main", "common", "requirements.prod")
        or path.stem in ("prod-requirements", "prod_requirements", "production")
    ]
    running = main or [path for path in candidates if not _ASIDE.search(path.stem)] or candidates
    bringing = [path for path in candidates if _ALEMBIC.search(files.read(path) or "")]
    return running if not bringing or any(path in running for path in bringing) else [*bringing[:1], *running]


def _python(folder: Path, pyproject: dict[str, Any], files: _Files) -> str:
    """What the project says of its Python, as a specifier; empty when it says nothing that is one."""
    return specifiers.of_project(*_said(folder, pyproject, files))


def _usual_python(folder: Path, files: _Files) -> str:
    """What an image is made from, or a workflow sets up."""
    places = dict.fromkeys((folder, files.root))
    images = [path for place in places for path in files.named(place, "*Dockerfile*")]
    images += [path for place in places for path in files.named(place / "docker", "*Dockerfile*")]
    workflows = files.named(files.root / ".github/workflows", "*.y*ml")
    for path in (*images, *workflows):
        match = _USUAL.search(files.read(path) or "")
        if match:
            return specifiers.of_project(match[1] or match[2])
    return _of_other_images(files)


def _of_other_images(files: _Files) -> str:
    """What the images of the repository's other parts are made from, where they are of one mind."""
    near = [folder for top in files.folders(files.root)[:_MOST] for folder in (top, *files.folders(top)[:_MOST])]
    images = [path for folder in near for path in files.named(folder, "*Dockerfile*")]
    said = {match[1] for path in images if (match := _USUAL.search(files.read(path) or "")) and match[1]}
    return specifiers.of_project(*said) if len(said) == 1 else ""


_USUAL = re.compile(
    r"^FROM\s+(?:\S+/)?python:(3\.\d+)|python-version:\s*\[?['\"]?(3\.\d+)", re.MULTILINE | re.IGNORECASE
)


def _said(folder: Path, pyproject: dict[str, Any], files: _Files) -> Iterator[str]:
    """What files say, the more binding ones first."""
    yield _string(_table(pyproject, "project").get("requires-python"))
    poetry = _table(_table(_table(pyproject, "tool"), "poetry"), "dependencies").get("python")
    yield _caret(_string(poetry))
    for name in (".python-version", "runtime.txt"):
        match = re.match(r"(?:python-)?(\d+\.\d+)", (files.read(folder / name) or "").strip())
        yield match[1] if match else ""
    yield files.section(folder / "setup.cfg", "options").get("python_requires", "")
    match = re.search(r"python_requires\s*=\s*['\"]([^'\"]+)['\"]", files.read(folder / "setup.py") or "")
    yield match[1] if match else ""
    yield str(_table(files.toml(folder / "Pipfile"), "requires").get("python_version", ""))


def _table(table: Any, name: str) -> dict[str, Any]:
    """A table in a table; empty where the file has something else."""
    found = table.get(name, {}) if isinstance(table, dict) else {}
    return found if isinstance(found, dict) else {}


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _caret(specifier: str) -> str:
    """Poetry's `^3.9` in standard terms."""
    parts = []
    for part in map(str.strip, specifier.rsplit("||", maxsplit=1)[-1].split(",")):
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


def project_name(folder: Path, checkout: Path) -> tuple[str, str] | None:
    """Name and version of the project itself, as far as files tell without running anything."""
    files = _Files(checkout)
    pyproject = files.toml(folder / "pyproject.toml")
    for table in (_table(pyproject, "project"), _table(_table(pyproject, "tool"), "poetry")):
        if isinstance(table.get("name"), str):
            return table["name"], str(table.get("version") or "0.0.0")
    metadata = files.section(folder / "setup.cfg", "metadata")
    if metadata.get("name"):
        version = metadata.get("version", "")
        return metadata["name"], version if re.match(r"\d", version) else "0.0.0"
    match = re.search(r"^[^\S\n]*name\s*=\s*['\"]([\w.-]+)['\"]", files.read(folder / "setup.py") or "", re.MULTILINE)
    return (match[1], "0.0.0") if match else None


def code_folders(folder: Path, checkout: Path) -> list[Path]:
    """Where the project's packages lie: its folder and a `src` below it; nothing that leads out of the checkout."""
    if not folder.is_relative_to(checkout):
        return []
    places = (folder / "src", folder / "lib", folder)
    return [path for path in places if beneath.is_folder(checkout, path.relative_to(checkout).as_posix())]
