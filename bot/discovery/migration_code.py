"""The code of a migration, wherever it stands: its file, modules that it imports, and files of SQL that it reads.

In: a checkout, the paths of revision files and of what the change touches. Out: texts, which are data and never run.
"""

import ast
import posixpath
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.discovery import syntax, tree
from bot.discovery.declared_tables import declared_tables
from bot.discovery.imports import Modules

_SQL = (".sql", ".psql", ".pgsql", ".ddl")
_READS = re.compile(r"\.(?:p|pg)?sql\b|\.ddl\b|\bread_text\(|\bopen\(|\.read\(")
_LIBRARIES = sys.stdlib_module_names | {"alembic", "sqlalchemy", "sqlmodel", "sqlalchemy_utils", "geoalchemy2", "pytz"}
_MOST = 20  # files beside the migration's own


@dataclass(frozen=True)
class CodeFile:
    """A file of Python, by its path in the checkout."""

    path: str
    source: str


@dataclass(frozen=True)
class MigrationCode:
    """`own` are the revision files, `helpers` modules that they import, models aside, `statements` files of SQL."""

    own: tuple[str, ...] = ()
    helpers: tuple[CodeFile, ...] = ()
    statements: tuple[str, ...] = ()

    @property
    def sources(self) -> list[str]:
        """All of it as Python: SQL is a module with a string in it."""
        python = [*self.own, *(helper.source for helper in self.helpers)]
        return [*python, *(f"op.execute({text!r})" for text in self.statements)]


def read(root: Path, paths: Sequence[str], changed: Sequence[str]) -> MigrationCode:
    """The code of these revision files; of files of SQL those that they, or the change, name."""
    own = [tree.text(root, path) or "" for path in paths]
    helpers: list[CodeFile] = []
    waiting, seen = list(zip(paths, own, strict=True)), {*paths}
    while waiting and len(seen) < len(paths) + _MOST:
        found = [each for each in _helpers(root, *waiting.pop(0)) if each not in seen]
        seen.update(found)
        fresh = [CodeFile(each, tree.text(root, each) or "") for each in dict.fromkeys(found)]
        fresh = [file for file in fresh if file.source.strip() and not declared_tables(file.source)]
        helpers += fresh
        waiting += [(file.path, file.source) for file in fresh]
    code = [*own, *(helper.source for helper in helpers)]
    statements = (tree.text(root, path) for path in [*_statements(root, paths, code, changed)][:_MOST])
    return MigrationCode(tuple(own), tuple(helpers), tuple(text for text in statements if text))


def readers(root: Path, paths: Sequence[str], changed: Sequence[str]) -> Iterator[str]:
    """Those of the revision files that read a file of SQL, or import a module beside them, which the change edits."""
    edited = [path for path in changed if path not in paths and tree.is_file(root, path)]
    sql = [posixpath.basename(path) for path in edited if path.endswith(_SQL)]
    modules = [path for path in edited if path.endswith(".py")]
    for path in paths if sql or modules else ():
        source = tree.text(root, path) or ""
        # Code of the application is imported for a type or a constant, as a rule, and edited every day.
        home = posixpath.dirname(posixpath.dirname(path)) or posixpath.dirname(path) or "."
        beside = [each for each in modules if tree.contains(home, each) and Path(each).stem in source]
        named = any(name in source or _stem(name) == _stem(path) for name in sql)
        if (named and _READS.search(source)) or (beside and {*_helpers(root, path, source)} & {*beside}):
            yield path


def _helpers(root: Path, path: str, source: str) -> Iterator[str]:
    """Modules of the checkout that a file imports."""
    parsed = syntax.parsed(source)
    named = [*_imported(parsed, path)] if parsed else []
    if not named:
        return
    modules = Modules.of(root)
    starts = [folder for above in tree.upwards(posixpath.dirname(path)) for folder in (above, f"{above}/src")]
    near = tuple("" if folder == "." else folder.removeprefix("./") for folder in starts)
    for folder, name in named:
        found = modules.find(near, name) if folder is None else modules.below(folder, name)
        yield from found[-1:]


def _imported(parsed: ast.Module, path: str) -> Iterator[tuple[str | None, str]]:
    """Dotted names, with the folder that a relative one starts from."""
    for node in ast.walk(parsed):
        folder: str | None = None
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [".".join(filter(None, (node.module, alias.name))) for alias in node.names]
            if node.level:
                folder = tree.join(posixpath.dirname(path), "/".join([".", *[".."] * (node.level - 1)]))
                names = names if folder else []  # it leads out of the checkout
        else:
            continue
        yield from ((folder, name) for name in names if folder or name.partition(".")[0] not in _LIBRARIES)


def _statements(root: Path, paths: Sequence[str], code: list[str], changed: Sequence[str]) -> Iterator[str]:
    """Files of SQL: those that the change touches or the code names, where it reads any file at all."""
    if not any(_READS.search(source) for source in code):
        return
    stems = {_stem(path) for path in paths}
    for path in tree.files(root, _SQL):
        name = posixpath.basename(path)
        is_named = any(name in source for source in code) or _stem(name) in stems
        if path in changed or is_named:
            yield path


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]
