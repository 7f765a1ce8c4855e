"""The Alembic environments of a checkout.

In: a checkout's folder, of which files are read only. Out: every configuration (`alembic.ini` or
another ini file with a section that has a `script_location`, an example of one, `[tool.alembic]` of a
`pyproject.toml`, Flask-Migrate's folder, or a folder of scripts that the project configures in code), each with the
folder from which its relative paths make sense.
"""

import ast
import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal

from bot.discovery import syntax, tree
from bot.discovery.locations import flask_folder, importing_folder, locate
from bot.errors import UsageError
from bot.system import toml

Kind = Literal["ini", "pyproject", "flask", "scripts"]
# Of a file that is copied and filled in before it is used, and is not in git itself.
_EXAMPLES = tuple(f".ini.{word}" for word in ("example", "sample", "dist", "template", "tmpl", "default", "in", "j2"))
_ENDINGS = (".ini", ".cfg", ".conf", "pyproject.toml", *_EXAMPLES)
# What a script_location looks like that a deployment fills in.
_BLANK = re.compile(r"[{}<>$@]|%\(")
_OF_LOGGING = re.compile(r"loggers|handlers|formatters|(?:logger|handler|formatter)_.*|post_write_hooks")
# What makes a section that inherits its script_location from [DEFAULT] an environment of its own.
_OPTIONS = {"version_locations", "sqlalchemy.url", "version_table", "version_table_schema", "file_template"}
_TESTS = {"test", "tests", "testing", "testdata", "fixtures"}


@dataclass(frozen=True)
class AlembicConfig:
    """One environment; all paths are relative to the checkout's root and use slashes.

    `script_location` is what the file says, None for Flask-Migrate; `cwd` is where Alembic is run;
    `script_dir` has `env.py` (None when no folder of the checkout fits, as with an installed package);
    `versions` are folders of migrations outside it; `named` says that the user asked for it; `found` that nothing
    in the file leads to `script_dir`.
    """

    path: str
    kind: Kind
    section: str
    script_location: str | None
    cwd: str
    script_dir: str | None = None
    versions: tuple[str, ...] = ()
    named: bool = False
    found: bool = False

    @property
    def folders(self) -> tuple[str, ...]:
        """Where its own files are: env.py, templates, migrations."""
        return (*([self.script_dir] if self.script_dir else []), *self.versions)

    @property
    def is_for_tests(self) -> bool:
        return bool(_TESTS.intersection(PurePosixPath(self.path).parent.parts))


def discover(root: Path, wanted: tuple[str, ...] = (), sections: tuple[str, ...] = ()) -> list[AlembicConfig]:
    """All environments of a checkout, or those that `wanted` (values of --config) and `sections` (of --name) name.

    Raises `UsageError` when a wanted file or section is not there or configures no Alembic, listing what is.
    """
    found = [config for value in dict.fromkeys(wanted) for config in _named(root, value)] if wanted else _all(root)
    if not sections:
        return found
    known = dict.fromkeys(config.section for config in found)
    for section in sections:
        if section not in known:
            raise UsageError(
                f"--name {section[:200]}: no Alembic configuration has such a section with a script_location",
                f"Found: {', '.join(known)}." if known else "No Alembic configuration was found at all.",
                kind="no-environment",
            )
    return [replace(config, named=True) for config in found if config.section in sections]


def known(root: Path, wanted: tuple[str, ...]) -> list[AlembicConfig]:
    """All environments of a checkout, with those that `wanted` names where they are there."""
    found = _all(root)
    paths = [path for path in (_path_of(root, value) for value in wanted) if path]
    more = [path for path in paths if path not in {config.path for config in found}]
    return found + [config for path in more for config in _read(root, path)]


def _all(root: Path) -> list[AlembicConfig]:
    paths = tree.files(root, _ENDINGS)
    found = [config for path in paths for config in _read(root, path)]
    return found or [_in_code(root, folder) for folder in _script_folders(root)]


def _script_folders(root: Path) -> list[str]:
    """Folders with an env.py of Alembic's and what belongs to it."""
    folders = [posixpath.dirname(path) or "." for path in tree.files(root, ("env.py",)) if _is_env(root, path)]
    return [
        folder
        for folder in folders
        if tree.is_file(root, f"{folder}/script.py.mako") or tree.is_folder(root, f"{folder}/versions")
    ]


def _is_env(root: Path, path: str) -> bool:
    return posixpath.basename(path) == "env.py" and "run_migrations" in (tree.text(root, path) or "")


def _in_code(root: Path, folder: str) -> AlembicConfig:
    """An environment that the project's own code configures."""
    cwd = importing_folder(root, posixpath.dirname(folder) or ".", folder)
    return AlembicConfig(f"{folder}/env.py", "scripts", "alembic", None, cwd, script_dir=folder, found=True)


def _named(root: Path, value: str) -> list[AlembicConfig]:
    path = _path_of(root, value)
    found = _read(root, path) if path else []
    if found:
        return [replace(config, named=True) for config in found]
    known = ", ".join(dict.fromkeys(config.path for config in _all(root)))
    what = f"{path} names no script_location" if path else "there is no such file in the repository"
    raise UsageError(
        f"--config {value}: {what}",
        f"Found in the repository: {known}." if known else "No Alembic configuration was found at all.",
        kind="no-environment",
    )


def _path_of(root: Path, value: str) -> str | None:
    """The file that --config means, relative to the root: of an absolute path, its longest end that is."""
    parts = PurePosixPath(value).parts
    ends = ["/".join(parts[start:]) for start in range(1, len(parts))] if value.startswith("/") else [value]
    for end in ends:
        path = tree.join(".", end)
        for candidate in [path, f"{path}/alembic.ini", f"{path}/env.py"] if path else []:
            if tree.is_file(root, candidate):
                return candidate
    return None


def _read(root: Path, path: str) -> list[AlembicConfig]:
    """The environments that one file configures."""
    source = tree.text(root, path)
    if source is None:
        return []
    if path.endswith(".toml"):
        return _in_pyproject(root, path, source)
    folder = posixpath.dirname(path) or "."
    if path.endswith(".py"):
        return [_in_code(root, folder)] if _is_env(root, path) else []
    if _is_flask(root, folder) and posixpath.basename(path) == "alembic.ini":
        cwd = flask_folder(root, folder)
        return [AlembicConfig(path, "flask", "alembic", None, cwd, script_dir=folder)]
    if "script_location" not in source:
        return []
    sections = _sections(source)
    common = sections.pop("DEFAULT", {})
    databases = {name for options in sections.values() for name in re.split(r"[\s,]+", options.get("databases", ""))}
    found = [
        _located(root, path, "ini", name, common | options)
        for name, options in sections.items()
        if "script_location" in options
        or ("script_location" in common and name not in databases and _inherits(name, options))
    ]
    # `alembic init` wrote one section, and stands beside those that are run with --name.
    return [config for config in found if config.section != "alembic" or _has_env(root, config)] or found


def _has_env(root: Path, config: AlembicConfig) -> bool:
    return config.script_dir is None or tree.is_file(root, f"{config.script_dir}/env.py")


def _inherits(section: str, options: dict[str, str]) -> bool:
    """Whether a section is an environment by what [DEFAULT] says."""
    return section == "alembic" or (not _OF_LOGGING.fullmatch(section) and bool(_OPTIONS & options.keys()))


def _in_pyproject(root: Path, path: str, source: str) -> list[AlembicConfig]:
    try:
        table = toml.loads(source).get("tool", {}).get("alembic", {})
    except (ValueError, RecursionError, AttributeError):
        return []
    if not isinstance(table, dict) or not isinstance(table.get("script_location"), str):
        return []
    options = {key: _words(value) for key, value in table.items()}
    return [_located(root, path, "pyproject", "alembic", options)]


def _words(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _located(root: Path, path: str, kind: Kind, section: str, options: dict[str, str]) -> AlembicConfig:
    place = locate(root, posixpath.dirname(path) or ".", options)
    raw = options["script_location"]
    if place.script_dir is None and "\\" in raw:  # written on Windows: no path here
        place = locate(root, posixpath.dirname(path) or ".", {k: v.replace("\\", "/") for k, v in options.items()})
        return AlembicConfig(path, kind, section, raw, place.cwd, place.script_dir, place.versions, found=True)
    folders = _script_folders(root) if place.script_dir is None and _BLANK.search(raw) else []
    if len(folders) == 1:
        cwd = importing_folder(root, posixpath.dirname(path) or ".", folders[0])
        return AlembicConfig(path, kind, section, raw, cwd, folders[0], found=True)
    return AlembicConfig(path, kind, section, raw, place.cwd, place.script_dir, place.versions)


def _is_flask(root: Path, folder: str) -> bool:
    """Whether `folder` has an env.py that needs a Flask application around it: that uses `current_app` of Flask."""
    source = tree.text(root, f"{folder}/env.py") or ""
    if "current_app" not in source:
        return False
    module = syntax.parsed(source)
    nodes = list(ast.walk(module)) if module else []
    imported = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    return "current_app" in imported or any(isinstance(n, ast.Attribute) and n.attr == "current_app" for n in nodes)


def _sections(source: str) -> dict[str, dict[str, str]]:
    """Sections and options of an ini file; about other lines Alembic itself may complain."""
    sections: dict[str, dict[str, list[str]]] = {}
    options: dict[str, list[str]] = {}
    key = ""
    for line in source.splitlines():
        header = re.match(r"\[(?P<name>[^]]+)\]", line)
        option = re.match(r"(?P<key>[^\s#;=:\[][^=:]*)[=:]\s*(?P<value>.*)", line)
        if header:
            options, key = sections.setdefault(header["name"], {}), ""
        elif option:
            key = option["key"].strip().lower()
            options[key] = [option["value"]]
        elif key and re.match(r"\s+[^\s#;]", line):
            options[key].append(line)
    return {
        name: {key: " ".join(map(str.strip, lines)).strip() for key, lines in options.items()}
        for name, options in sections.items()
    }


def usual(configs: Iterable[AlembicConfig]) -> list[AlembicConfig]:
    """The environments to look at among `configs`; those that the user named are always among them.

    Of several files for the same scripts (one for each deployment) it is the most usual one. Those of tests,
    and samples that lead nowhere, are taken when there is nothing else.
    """
    kept = list(configs)
    kept = [config for config in kept if config.named or not config.is_for_tests] or kept
    kept = [config for config in kept if config.named or _leads_somewhere(config)] or kept
    owners: dict[tuple[str, ...], str] = {}
    chosen = [
        config
        for config in sorted(kept, key=_usual_first)
        if config.named or not config.folders or owners.setdefault(config.folders, config.path) == config.path
    ]
    return sorted(chosen, key=lambda config: (config.path, config.section))


def _leads_somewhere(config: AlembicConfig) -> bool:
    return bool(config.folders) or ":" in (config.script_location or "")


def _usual_first(config: AlembicConfig) -> tuple[bool, bool, int, str]:
    name = posixpath.basename(config.path)
    return (name != "alembic.ini", config.kind == "pyproject", config.path.count("/"), config.path)
