"""Whether a new installation can still be made: head's whole history, run on an empty database.

Where base's history ran from empty, head's must. It is not run where that is certain: when the old migrations are as
they were, stand on libraries alone, and the new ones follow them. What base's history built, upgraded by the new
migrations, is then the same thing.
"""

import re
from collections.abc import Iterator

from bot.check.records import ProjectChange
from bot.discovery import tree
from bot.discovery.file_kinds import dependencies_of
from bot.errors import ProjectError
from bot.findings.facts import FreshInstall
from bot.migration.testbed.builder import Builder
from bot.migration.testbed.testbed import Testbed
from bot.migration.writer import revisions
from bot.project.client.client import Loaded
from bot.schema.compare import compare
from bot.schema.snapshots import Snapshot

_IMPORTED = re.compile(r"^[^\S\n]*(?:from\s+([\w.]+)\s+import|import\s+([\w., ]+))", re.MULTILINE)
_LIBRARIES = frozenset(
    {
        *("__future__", "alembic", "collections", "datetime", "decimal", "enum", "functools", "hashlib", "itertools"),
        *("json", "logging", "math", "random", "re", "secrets", "string", "textwrap", "time", "typing", "uuid"),
        *("alembic_postgresql_enum", "alembic_utils", "asyncpg", "geoalchemy2", "pgvector", "psycopg", "psycopg2"),
        *("sqlalchemy", "sqlalchemy_utils", "sqlmodel", "typing_extensions", "warnings"),
    }
)
_READS = re.compile(r"\bopen\(|\bread_(?:text|bytes)\(|__import__|\bexec\(|\beval\(|target_metadata|\.opts\b")


def check(change: ProjectChange, upgraded: Snapshot) -> FreshInstall:
    """Run head's history where it may be another, and hold the result against the upgraded database."""
    if not is_needed(change):
        return FreshInstall()
    inputs, testbed = change.inputs, change.built.testbed
    inputs.log("running head's whole history on an empty database")
    try:
        name = Builder(inputs.databases).upgrade(inputs.head.worker, "fresh")
    except ProjectError as error:
        return FreshInstall(error)
    return FreshInstall(differences=tuple(compare(_snapshot(testbed, name), upgraded)))


def _snapshot(testbed: Testbed, name: str) -> Snapshot:
    try:
        return testbed.snapshot(name)
    finally:
        testbed.databases.drop(name)


def is_needed(change: ProjectChange) -> bool:
    """Whether head's history can do anything that base's, with the new migrations on top, does not."""
    base, inputs = change.base, change.inputs
    if base is None or not base.revisions or change.built.baseline != "migrations":
        return False
    own = {revision.path for revision in change.own}
    others = [path for path in inputs.changed if path not in own]
    if not _follow(change, base) or any(_configures(change, path) for path in others):
        return True
    return bool(others) and not all(_is_self_contained(source) for source in _sources(change, base))


def _follow(change: ProjectChange, base: Loaded) -> bool:
    """Whether head's migrations are base's, with the new ones after them."""
    inputs = change.inputs
    if revisions.removed(base, change.head) or revisions.edited(
        base, change.head, inputs.base_root, inputs.head_root, inputs.changed
    ):
        return False
    allowed = {*base.heads, *(revision.revision for revision in change.own)}
    followed = all(set(revision.down_revision) <= allowed for revision in change.own)
    return followed and len(change.head.heads) <= max(len(base.heads), 1)


def _configures(change: ProjectChange, path: str) -> bool:
    """Whether a file can change how migrations run: the environment's own, or a list of libraries."""
    head = change.head
    versions = any(tree.contains(folder, path) for folder in head.version_locations)
    inside = tree.contains(head.script_location, path) and not versions
    return inside or path == change.inputs.config or dependencies_of(path) is not None


def _sources(change: ProjectChange, base: Loaded) -> Iterator[str | None]:
    for revision in base.revisions:
        yield tree.text(change.inputs.base_root, revision.path)


def _is_self_contained(source: str | None) -> bool:
    """Whether a migration reads nothing of the checkout: no module of the project, no file."""
    if source is None or _READS.search(source):
        return False
    names = [name for found in _IMPORTED.finditer(source) for name in (found[1] or found[2]).split(",")]
    return all(name.strip().partition(".")[0].partition(" ")[0] in _LIBRARIES for name in names)
