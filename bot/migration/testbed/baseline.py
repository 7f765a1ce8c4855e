"""The two faces of base: what its migrations build and what its models declare.

Comes in: a worker for each side. Goes out: the databases of a testbed, with the choice of the face that the
migration starts from. A history that cannot start from an empty database (first tables once made by
`create_all`) is no error with the baseline `auto`: the models' face is taken then, stamped with base's heads.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bot.database.addresses import Address
from bot.database.databases import Databases
from bot.errors import ProjectError
from bot.migration.testbed.builder import Builder
from bot.migration.testbed.testbed import Relations, Testbed
from bot.model import Baseline
from bot.project.client.client import Loaded, Models, Worker
from bot.schema.compare import merge
from bot.schema.snapshots import Snapshot, take
from bot.settings import BaselineChoice

_MODELS, _NEW, _HISTORY = "models", "new", "history"
FIRST = (_MODELS, _NEW, _HISTORY)  # labels of databases, in the order in which they are needed


@dataclass(frozen=True)
class Side:
    """One side's worker with what it said about its scripts."""

    worker: Worker
    loaded: Loaded


@dataclass(frozen=True)
class BuiltDatabases:
    """A testbed, and how it came about: `reason` says why the models' face was taken.

    `noise` is what autogenerate proposes although base's models and database agree: it never settles.
    """

    testbed: Testbed
    baseline: Baseline
    reason: str
    base_models: Models | None
    head_models: Models
    noise: frozenset[str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _BaseFaces:
    models_name: str
    models: Models
    history_name: str | None
    reason: str


def build(
    databases: Databases, base: Side | None, head: Side, choice: BaselineChoice, include_drift: bool
) -> BuiltDatabases:
    """Build all databases, both sides at the same time.

    `base` is None for an environment that base does not have: it starts from nothing. Raises `ProjectError`
    when models cannot be built, or migrations with the baseline `migrations`.
    """
    builder = Builder(databases)
    with ThreadPoolExecutor(2) as pool:
        faces = pool.submit(_faces, builder, base, choice) if base else None
        new_name, head_models = builder.create_all(head.worker, _NEW)
        built = faces.result() if faces else _nothing(databases, head_models)
    ignore = frozenset({*_ignored(head_models), *_ignored(built.models)})
    with ThreadPoolExecutor() as pool:
        noise = pool.submit(_noise, base.worker, databases.address(built.models_name)) if base else None
        taken = {name: pool.submit(_take, databases, name, ignore) for name in _names(built, new_name)}
        snapshots = {name: future.result() for name, future in taken.items()}
        proposed = noise.result() if noise else []
    models = snapshots[built.models_name]
    old_name = built.history_name or built.models_name
    target = snapshots[new_name] if include_drift else merge(models, snapshots[old_name], snapshots[new_name])
    testbed = Testbed(
        databases=databases,
        worker=head.worker,
        ignore=ignore,
        old_name=old_name,
        models_name=built.models_name,
        new_name=new_name,
        old=snapshots[old_name],
        models=models,
        new=snapshots[new_name],
        target=target,
        base_heads=tuple(base.loaded.heads) if base else (),
    )
    face: Baseline = "migrations" if built.history_name else "models"
    base_models = built.models if base else None
    notes = tuple(builder.notes)
    return BuiltDatabases(testbed, face, built.reason, base_models, head_models, frozenset(proposed), notes)


def _noise(worker: Worker, address: Address) -> list[str]:
    try:
        return worker.autogenerate(address)
    except ProjectError:
        return []  # then head's autogenerate fails alike, and says so


def _names(built: _BaseFaces, new_name: str) -> set[str]:
    return {built.models_name, new_name, *([built.history_name] if built.history_name else [])}


def _take(databases: Databases, name: str, ignore: Relations) -> Snapshot:
    connection = databases.connect(name)
    try:
        return take(connection, ignore)
    finally:
        connection.close()


def _faces(builder: Builder, base: Side, choice: BaselineChoice) -> _BaseFaces:
    databases = builder.databases
    models_name, models = builder.create_all(base.worker, _MODELS)
    base.worker.stamp(databases.address(models_name), list(base.loaded.heads))
    if choice == "models":
        return _BaseFaces(models_name, models, None, "the baseline is set to models")
    if not base.loaded.revisions and choice == "auto" and models.tables:
        reason = "base has no migrations yet, so its tables must come from its models"
        return _BaseFaces(models_name, models, None, reason)
    try:
        history_name = builder.upgrade(base.worker, _HISTORY)
    except ProjectError as error:
        if choice == "migrations" or not models.tables:
            raise
        reason = f"base's migrations cannot build an empty database: {error.message}"
        return _BaseFaces(models_name, models, None, reason)
    return _BaseFaces(models_name, models, history_name, "")


def _nothing(databases: Databases, head_models: Models) -> _BaseFaces:
    """Base has no such environment: an empty database is both of its faces."""
    name = databases.create(_HISTORY)
    empty = Models.empty(head_models)
    return _BaseFaces(name, empty, name, "")


def _ignored(models: Models) -> set[tuple[str, str]]:
    version = (models.version_table_schema or "public", models.version_table)
    return {version, *((schema, table) for kind, schema, table, _ in models.excluded if kind == "table")}
