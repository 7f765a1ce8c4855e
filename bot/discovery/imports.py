"""Which files of a checkout an `env.py` and its migrations import, directly or through others, without running any.

In: a checkout and an environment. Out: the files, and whether that is all of them: code that
imports by name at run time, or that cannot be parsed, may import more.
"""

import ast
import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.discovery import file_kinds, syntax, tree
from bot.discovery.environments import AlembicConfig

MOST = 1500  # files; reading more takes longer than looking at the database
# The first part of a module's name, empty for a relative import.
_IMPORTED = re.compile(r"^[ \t]*(?:from|import)[ \t]+(\w*)", re.MULTILINE)
_STATEMENT = re.compile(
    r"^[ \t]*(?:from[ \t]+(\w[\w.]*)[ \t]+import[ \t]+(.*)|import[ \t]+(\w[\w., \t]*))", re.MULTILINE
)
_NAME = re.compile(r"(?<!\bas )\b[^\W\d][\w.]*")
_MOST_READ = 3_000  # files that are read for names
_AT_RUN_TIME = re.compile(
    r"import_module|__import__|walk_packages|iter_modules|import_string|find_modules|entry_points\("
    r"|spec_from_file_location|(?<![.\w])exec\("
    r"|AlembicCommandConfig|metadata_registry"  # advanced-alchemy's: the application is found by name
)


@dataclass(frozen=True)
class Reach:
    files: frozenset[str]
    complete: bool

    def may_have(self, path: str) -> bool:
        """Whether a file is, or may be, among them."""
        return path in self.files or not self.complete


@dataclass(frozen=True)
class Modules:
    """The Python files of a checkout, and below which folders a top-level name is found."""

    files: frozenset[str]
    folders: frozenset[str]
    roots: dict[str, list[str]]

    @classmethod
    def of(cls, root: Path) -> "Modules":
        files = frozenset(tree.files(root, (".py",)))
        packages = {posixpath.dirname(path) for path in files if path.endswith("__init__.py")}
        roots: dict[str, set[str]] = defaultdict(set)
        folders: set[str] = set()
        for path in files:
            name, folder = posixpath.basename(path).removesuffix(".py"), posixpath.dirname(path)
            while True:
                if folder not in packages:
                    roots[name].add(folder)
                if not folder:
                    break
                folders.add(folder)
                folder, name = posixpath.split(folder)
        return cls(files, frozenset(folders), {name: sorted(found) for name, found in roots.items()})

    def find(self, near: tuple[str, ...], module: str) -> list[str]:
        """The files that importing `module` runs, looked for in `near` first, then anywhere."""
        name = module.partition(".")[0]
        known = self.roots.get(name, [])
        for folder in near:
            # A folder without such a file is no package, as long as another place has one.
            if (folder in known or self.has(folder, name)) and (found := self.below(folder, module)):
                return found
        return [path for place in known for path in self.below(place, module)]

    def has(self, folder: str, name: str) -> bool:
        """Whether a folder has a module or a package, be it in a package itself: it may be where Python is started."""
        path = posixpath.join(folder, name)
        return path in self.folders or f"{path}.py" in self.files

    def below(self, folder: str, module: str) -> list[str]:
        """The packages and the module of a dotted name that starts in `folder`."""
        found = []
        for name in filter(None, module.split(".")):
            folder = posixpath.join(folder, name)
            found += [path for path in (f"{folder}/__init__.py", f"{folder}.py") if path in self.files]
        return found


def reach(root: Path, modules: Modules, config: AlembicConfig) -> Reach:
    """All that the environment's env.py and its migrations import from the checkout."""
    if config.script_dir is None:
        return Reach(frozenset(), complete=False)
    near = _near(config)
    waiting = [*_migrations(root, modules, config, near), tree.join(config.script_dir, "env.py") or ""]
    seen: set[str] = set()
    complete = config.kind != "flask"  # the application is found by name
    while waiting and len(seen) < MOST:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        source = tree.text(root, path)
        parsed = syntax.parsed(source, syntax.LONG) if source is not None else None
        if source is None or parsed is None or _AT_RUN_TIME.search(source):
            complete = False
        if parsed is not None:
            waiting += _imports(parsed, path, modules, near)
    return Reach(frozenset(seen), complete and not waiting)


def sources(root: Path, config: AlembicConfig) -> list[str]:
    """The text of all that the environment imports; where that cannot be determined, of all code but tests."""
    modules = Modules.of(root)
    found = reach(root, modules, config)
    files = found.files if found.complete else modules.files
    kept = [path for path in sorted(files) if found.complete or not file_kinds.is_test(path)][:_MOST_READ]
    return [text for text in (tree.text(root, path) for path in kept) if text]


def names(texts: Iterable[str]) -> set[str]:
    """What import statements name, with what may be modules in packages: `from google.cloud import storage`."""
    found = set()
    for text in texts:
        for package, parts, modules in _STATEMENT.findall(text):
            found |= {package, *(f"{package}.{name}" for name in _NAME.findall(parts))} if package else set()
            found |= set(_NAME.findall(modules))
    return found


def _migrations(root: Path, modules: Modules, config: AlembicConfig, near: tuple[str, ...]) -> Iterator[str]:
    """Those that may import something of the checkout; most import libraries alone, and need not be parsed."""
    for path in sorted(modules.files):
        if any(tree.contains(folder, path) for folder in config.folders):
            source = tree.text(root, path) or ""
            names = dict.fromkeys(_IMPORTED.findall(source))
            if any(not n or n in modules.roots or any(modules.has(folder, n) for folder in near) for n in names):
                yield path


def _near(config: AlembicConfig) -> tuple[str, ...]:
    """Where Python would most likely look, as folders with "" for the root."""
    starts = [*tree.upwards(config.cwd), *tree.upwards(config.script_dir or ".")]
    folders = (folder for start in starts for folder in (start, posixpath.join(start, "src")))
    return tuple(dict.fromkeys("" if folder == "." else folder.removeprefix("./") for folder in folders))


def _imports(parsed: ast.Module, path: str, modules: Modules, near: tuple[str, ...]) -> Iterator[str]:
    for node in ast.walk(parsed):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from modules.find(near, alias.name)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                name = ".".join(filter(None, (node.module, alias.name)))
                if node.level:
                    yield from modules.below(_above(path, node.level), name)
                else:
                    yield from modules.find(near, name)


def _above(path: str, level: int) -> str:
    """The folder that a relative import of `level` dots in `path` starts from."""
    for _ in range(level):
        path = posixpath.dirname(path)
    return path
