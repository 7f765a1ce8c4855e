"""The two sources of the old database: what base's migrations build and what base's models declare.

In: a worker for each side. Out: the databases of a testbed, with the choice of the one that the
migration starts from. A history that cannot start from an empty database (first tables once made by
`create_all`) is no error with the baseline `auto`: base's models are taken then, stamped with base's heads. So they
are where it makes no tables, as in a project that began to use Alembic when its database was there.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.database.databases import Databases
from bot.errors import ProjectError
from bot.migration.testbed import first_tables, foundation, history_alone
from bot.migration.testbed.builder import Builder
from bot.migration.testbed.catalogs import Catalogs, catalogs
from bot.migration.testbed.readings import Readings
from bot.migration.testbed.side import ProjectSide
from bot.migration.testbed.testbed import Testbed
from bot.migration.testbed.undeclared import with_undeclared
from bot.model import Baseline, Difference
from bot.project.client.client import Models, Worker
from bot.schema.compare import compare, merge
from bot.settings import BaselineChoice
from bot.system.timing import Threads, span

_MODELS, _NEW, _HISTORY = "models", "new", "history"
FIRST = (_MODELS, _NEW, _HISTORY)  # labels of databases, in the order in which they are needed


@dataclass(frozen=True)
class BuiltDatabases:
    """A testbed, and how it came about: `reason` says why base's models were taken.

    `watched_change` is what the models change of watched objects.
    """

    testbed: Testbed
    baseline: Baseline
    reason: str
    base_models: Models | None
    head_models: Models
    notes: tuple[str, ...] = ()
    watched_change: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class _BaseSources:
    models_name: str
    models: Models
    history_name: str | None
    reason: str


@span("databases")
def build(
    databases: Databases,
    base: ProjectSide | None,
    head: ProjectSide,
    choice: BaselineChoice,
    include_drift: bool,
    base_words: Collection[str] | None = None,
) -> BuiltDatabases:
    """Build all databases, both sides at the same time.

    `base` is None for an environment that base does not have: it starts from nothing. With `base_words`, base's models
    cannot be built: its history is compared with, and these words of its code tell which tables it has. Raises
    `ProjectError` when models cannot be built, or migrations with the baseline `migrations`.
    """
    with Threads() as pool:
        readings = Readings(databases, pool)
        builder, built, new_name, head_models = _built(
            Builder(databases, complete=readings.begin), base, head, choice if base_words is None else None
        )
        if base and choice == "auto" and base_words is None:
            built = _with_first_tables(builder, built, base, head, readings)
        old_name = built.history_name or built.models_name
        read = readings.of(old_name, built.models_name, new_name)
    there = catalogs(read, {*_ignored(head_models), *_ignored(built.models)})
    if base and base_words is not None:
        there = _without_base_models(there, base_words, by_author={*head.loaded.heads} != {*base.loaded.heads})
    names = old_name, built.models_name, new_name
    testbed = replace(
        _testbed(databases, head.worker, names, there, include_drift=include_drift),
        base_heads=tuple(base.loaded.heads) if base else (),
        tenants=frozenset(head_models.tenants),
    )
    base_models = built.models if base and base_words is None else None
    return BuiltDatabases(
        testbed=testbed,
        baseline="migrations" if built.history_name else "models",
        reason=built.reason,
        base_models=base_models,
        head_models=head_models,
        notes=(*builder.notes, *_comparator_notes(base_models, head_models)),
        watched_change=tuple(compare(there.watched_models, there.watched_new)),
    )


def _without_base_models(there: Catalogs, base_words: Collection[str], *, by_author: bool) -> Catalogs:
    """Base's history, as far as its code speaks of it, in place of its models."""
    declared = history_alone.declared(there.old, there.new, base_words, by_author=by_author)
    return replace(there, models=declared, watched_models=there.watched_new)


def _testbed(
    databases: Databases, worker: Worker, names: tuple[str, str, str], there: Catalogs, *, include_drift: bool
) -> Testbed:
    """Of the old database, base's models and head's, in this order."""
    old_name, models_name, new_name = names
    repaired = with_undeclared(there.new, there.old, there.models) if include_drift else None
    return Testbed(
        databases=databases,
        worker=worker,
        ignore=there.ignore,
        old_name=old_name,
        models_name=models_name,
        new_name=new_name,
        old=there.old,
        models=there.models,
        new=there.new,
        target=repaired or merge(there.models, there.old, there.new),
        base_heads=(),
        unneeded=there.unneeded,
        watched_old=there.watched_old,
        watched_target=merge(there.watched_models, there.watched_old, there.watched_new),
    )


def _with_first_tables(
    builder: Builder, built: _BaseSources, base: ProjectSide, head: ProjectSide, readings: Readings
) -> _BaseSources:
    """Another choice of the old database where base's history, as far as there is one, makes no tables."""
    ignore = _ignored(built.models)

    def tables(name: str) -> set[tuple[str, str]]:
        [(snapshot, _)] = readings.of(name)
        return {(key.schema, key.name) for key in snapshot.of("table")} - ignore

    has_history = bool(base.loaded.revisions)
    if has_history and (built.history_name is None or tables(built.history_name)):
        return built
    declared = tables(built.models_name)

    def is_among(name: str) -> bool:
        return bool(tables(name) & declared)

    if declared and first_tables.are_made(builder, base.loaded, head.worker, head.loaded, is_among):
        builder.notes[first_tables.MADE_NOW] = None
        # All that head's models have is the change then, also what its migrations forget.
        empty = builder.databases.create("nothing")
        base.worker.stamp(builder.databases.address(empty), list(base.loaded.heads))
        return replace(built, models_name=empty, history_name=built.history_name or empty, reason="")
    return replace(built, history_name=None, reason=built.reason or first_tables.THERE_BEFORE) if declared else built


_Built = tuple[Builder, _BaseSources, str, Models]


def _built(builder: Builder, base: ProjectSide | None, head: ProjectSide, choice: BaselineChoice | None) -> _Built:
    """Both sides; where models cannot be built on nothing, on what the migrations make besides tables."""
    try:
        return _both(builder, base, head, choice)
    except ProjectError as error:
        if error.kind not in ("database", "extension") or base is None or not base.loaded.revisions:
            raise
        if choice in ("models", None):
            raise
        return _on_foundation(builder, base, head, choice, error)


def _on_foundation(
    builder: Builder, base: ProjectSide, head: ProjectSide, choice: BaselineChoice, error: ProjectError
) -> _Built:
    """The same on base's history, and what is new on head's; raises `error` where that does not help either."""
    databases = builder.databases
    try:
        below = foundation.make(databases, builder.upgrade(base.worker, _HISTORY))
        try:
            return _both(replace(builder, below={_MODELS: below, _NEW: below}), base, head, choice)
        except ProjectError:
            if head.loaded.heads == base.loaded.heads:
                raise
        above = foundation.make(databases, builder.upgrade(head.worker, _HISTORY))
        return _both(replace(builder, below={_MODELS: below, _NEW: above}), base, head, choice)
    except ProjectError:
        raise error from None


def _both(builder: Builder, base: ProjectSide | None, head: ProjectSide, choice: BaselineChoice | None) -> _Built:
    """Both sides; with no choice, of base the history alone."""
    with Threads(2) as pool:
        sources = pool.submit(_sources, builder, base, choice) if base and choice else None
        new_name, head_models = builder.create_all(head.worker, _NEW)
        builder.complete(new_name)
        if sources:
            return builder, sources.result(), new_name, head_models
    name = history_alone.make(builder, _HISTORY, base, head) if base else builder.databases.create(_HISTORY)
    return builder, _BaseSources(name, Models.empty(head_models), name, ""), new_name, head_models


def _comparator_notes(*sides: Models | None) -> list[str]:
    failures = dict.fromkeys(side.comparator_failure for side in sides if side and side.comparator_failure)
    return [f"objects that env.py registers with autogenerate could not be made: {failure}" for failure in failures]


def _sources(builder: Builder, base: ProjectSide, choice: BaselineChoice) -> _BaseSources:
    databases = builder.databases
    models_name, models = builder.create_all(base.worker, _MODELS)
    base.worker.stamp(databases.address(models_name), list(base.loaded.heads))
    builder.complete(models_name)
    if choice == "models":
        return _BaseSources(models_name, models, None, "the baseline is set to models")
    if not base.loaded.revisions and choice == "auto" and models.tables:
        reason = "base has no migrations yet, so its tables must come from its models"
        return _BaseSources(models_name, models, None, reason)
    try:
        history_name = builder.upgrade(base.worker, _HISTORY)
    except ProjectError as error:
        if choice == "migrations" or not models.tables or error.kind == "version-schema":
            raise
        advice = f". {error.advice}" if error.kind == "extension" else ""
        reason = f"base's migrations cannot build an empty database: {error.message}{advice}".rstrip(".")
        return _BaseSources(models_name, models, None, reason)
    return _BaseSources(models_name, models, history_name, "")


def _ignored(models: Models) -> set[tuple[str, str]]:
    version = (models.version_table_schema or "public", models.version_table)
    return {
        version,
        *models.version_tables,
        *((schema, table) for kind, schema, table, _ in models.excluded if kind == "table"),
    }
