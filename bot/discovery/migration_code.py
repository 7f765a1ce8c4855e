"""The code of a migration, wherever it stands: its file, modules that it imports, and files of SQL that it reads.

In: a checkout, the paths of revision files and of what the change touches. Out: texts of Python, which are data and
never run; SQL is a module with a string in it.
"""

import ast
import posixpath
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.discovery import syntax, tree
from bot.discovery.declared_tables import declared_tables
from bot.discovery.imports import Modules

_SQL = (".sql", ".psql", ".pgsql", ".ddl")
_READS = re.compile(r"\.(?:p|pg)?sql\b|\.ddl\b|\bread_text\(|\bopen\(|\.read\(")
_LIBRARIES = sys.stdlib_module_names | {"alembic", "sqlalchemy", "sqlmodel", "sqlalchemy_utils", "geoalchemy2", "pytz"}
_MOST = 20  # files beside the migration's own


def texts(root: Path, paths: Sequence[str], changed: Sequence[str]) -> list[str]:
    """The revision files themselves first; then what they import, models aside; then SQL."""
    own = [tree.text(root, path) or "" for path in paths]
    others = dict.fromkeys(path for pair in zip(paths, own, strict=True) for path in _helpers(root, *pair))
    helpers = [text for path in [*others][:_MOST] if path not in paths and (text := tree.text(root, path))]
    code = [*own, *(text for text in helpers if not declared_tables(text))]
    statements = (tree.text(root, path) for path in [*_statements(root, paths, code, changed)][:_MOST])
    return [*code, *(f"op.execute({text!r})" for text in statements if text)]


def _helpers(root: Path, path: str, source: str) -> Iterator[str]:
    """Modules of the checkout that a migration imports; not those that they import."""
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
    stems = {posixpath.splitext(posixpath.basename(path))[0] for path in paths}
    for path in tree.files(root, _SQL):
        name = posixpath.basename(path)
        is_named = any(name in source for source in code) or posixpath.splitext(name)[0] in stems
        if path in changed or is_named:
            yield path
