"""Changed files that declare tables which `env.py` does not hand to Alembic.

In: both checkouts, the changed files, the names of the tables in `target_metadata`. Out: the tables that
are missing there, with the import that would bring them. Read from the text alone.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.discovery import tree
from bot.discovery.declared_tables import declared_tables, metadata_at


@dataclass(frozen=True)
class UndeclaredModel:
    """A table that a changed file declares; `module` is what to import, `metadata` where its `MetaData` is in there.

    `is_needed` says that a migration must make it, or has made it: base does not declare it, or the database has it.
    `is_imported` says that other tables of the file are known, so that it is this one's `MetaData` that is not.
    """

    table: str
    path: str
    line: int
    module: str
    is_needed: bool
    metadata: str = ""
    is_imported: bool = False


@dataclass(frozen=True)
class Common:
    """`files` that other environments import, with the text of their env.py; `own` is the text of this one's."""

    files: Mapping[str, str] = field(default_factory=dict)
    own: str = ""


def undeclared_models(
    base_root: Path,
    head_root: Path,
    paths: Iterable[str],
    known: Collection[str],
    existing: Collection[str],
    common: Common = Common(),
) -> Iterator[UndeclaredModel]:
    """Tables of changed files that the head models do not have; `existing` are those of the old database.

    What this environment imports, and does not know, is that of others where they name its base; so is all of a file
    with no table of this one's, whose env.py does not name it.
    """
    for path in paths:
        before = declared_tables(tree.text(base_root, path) or "")
        source = tree.text(head_root, path) or ""
        declared = declared_tables(source)
        imported = any(table in known for table in declared)
        for table in (name for name in declared if name not in known):
            metadata = metadata_at(source, declared[table])
            foreign = imported or (bool(known) and not _is_named(metadata, common.own))
            if not foreign or not _is_named(metadata, common.files.get(path, "")):
                needed = table not in before or table in existing
                module = _module(head_root, path)
                yield UndeclaredModel(table, path, declared[table], module, needed, metadata, imported)


def _is_named(metadata: str, env: str) -> bool:
    """Whether an env.py speaks of a `MetaData`, or of the base that has it."""
    name = metadata.removesuffix(".metadata").rpartition(".")[2]
    return bool(name) and re.search(rf"\b{re.escape(name)}\b", env) is not None


def _module(root: Path, path: str) -> str:
    """The dotted name of a file: from the outermost of the packages that it lies in."""
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    folder = "/".join(parts[:-1])
    start = len(parts) - 1
    while start and tree.is_file(root, f"{folder}/__init__.py"):
        start -= 1
        folder = "/".join(parts[:start])
    return ".".join(parts[start:])
