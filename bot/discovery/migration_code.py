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
_MOST_TEXT = syntax.LONGEST  # characters of the modules together, and of the files of SQL
_PLAIN_NAME = re.compile(r"[\w.-]+")
_MOST_UNUSUAL = 1_000  # files of SQL with other names, each of which is looked for in the code


@dataclass(frozen=True)
class CodeFile:
    """A file of Python, by its path in the checkout."""

    path: str
    source: str


@dataclass(frozen=True)
class MigrationCode:
    """`own` are the revision files, `helpers` modules that they import, models aside, `statements` files of SQL;
    `unread` are the paths of what is too long, or too much."""

    own: tuple[str, ...] = ()
    helpers: tuple[CodeFile, ...] = ()
    statements: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def sources(self) -> list[str]:
        """All of it as Python: SQL is a module with a string in it."""
        python = [*self.own, *(helper.source for helper in self.helpers)]
        return [*python, *(f"op.execute({text!r})" for text in self.statements)]


def read(root: Path, paths: Sequence[str], changed: Sequence[str]) -> MigrationCode:
    """The code of these revision files; of files of SQL those that they, or the change, name."""
    own = [tree.text(root, path) for path in paths]
    unread = [path for path, source in zip(paths, own, strict=True) if source is None or len(source) > syntax.LONGEST]
    helpers, statements = _Room(), _Room()
    waiting, seen = [(path, source or "") for path, source in zip(paths, own, strict=True)], {*paths}
    while waiting and len(seen) < len(paths) + _MOST:
        found = [each for each in dict.fromkeys(_helpers(root, *waiting.pop(0))) if each not in seen]
        seen.update(found)
        waiting += [(each, taken) for each in found if (taken := helpers.take(each, _code(root, each)))]
    code = [source or "" for source in own] + [helper.source for helper in helpers.files]
    for path in [*_statements(root, paths, code, changed)][:_MOST]:
        statements.take(path, tree.text(root, path))
    return MigrationCode(
        tuple(source or "" for source in own),
        tuple(helpers.files),
        tuple(file.source for file in statements.files),
        tuple(unread + helpers.left_out + statements.left_out),
    )


def _code(root: Path, path: str) -> str | None:
    """A module, empty if there is nothing but models in it; None where it cannot be read."""
    source = tree.text(root, path)
    return "" if source is not None and len(source) <= _MOST_TEXT and declared_tables(source) else source


class _Room:
    """The first files that have room together; the paths of the others."""

    def __init__(self) -> None:
        self.files: list[CodeFile] = []
        self.left_out: list[str] = []
        self._left = _MOST_TEXT

    def take(self, path: str, source: str | None) -> str:
        """The text, if it is taken in."""
        if source is None or len(source) > self._left:
            self.left_out.append(path)
            return ""
        if source.strip():
            self._left -= len(source)
            self.files.append(CodeFile(path, source))
        return source


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
    stems, touched = {_stem(path) for path in paths}, {*changed}
    spoken_of = {name for source in code for name in _PLAIN_NAME.findall(source)}
    unusual = 0
    for path in tree.files(root, _SQL):
        name = posixpath.basename(path)
        is_named = name in spoken_of or _stem(name) in stems or path in touched
        if not is_named and not _PLAIN_NAME.fullmatch(name) and unusual < _MOST_UNUSUAL:
            unusual += 1
            is_named = any(name in source for source in code)
        if is_named:
            yield path


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]
