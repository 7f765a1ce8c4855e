"""The input of the rules: everything that is known about one Alembic environment."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bot.discovery import syntax
from bot.discovery.migration_code import CodeFile
from bot.discovery.undeclared_models import UndeclaredModel
from bot.errors import BotError, ProjectError
from bot.migration.intent.expected_data import ChangedValues, Table
from bot.migration.intent.written_values import ChangedWriting
from bot.migration.proof.kept_literals import KeptLiteral
from bot.migration.proof.losses import RowChange
from bot.migration.proof.proof import OutOfSync, Stop
from bot.migration.proof.restrictions import Restriction
from bot.migration.proof.seeding import Skipped
from bot.migration.proof.watched import WatchedDifference
from bot.migration.trace.replay import StatementFacts
from bot.migration.trace.squawk import Remark
from bot.model import Difference, Migration, ObjectKey, Project, Step, StepError, TableUse, Where
from bot.project.client.client import Loaded, Revision
from bot.schema.snapshots import Snapshot


@dataclass(frozen=True)
class FreshInstall:
    """Head's whole history on an empty database: why it stops, or how its result differs from an upgraded database."""

    error: ProjectError | None = None
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Facts:
    """`project` has no findings yet. `notes` come from the tools: what was added, merged, left out; `conflict` is
    why head was not merged onto base.

    `unsettled` are operations that autogenerate still proposes after the upgrade and did not propose at base,
    `noise` those that it proposed there as well; `stopped` is a step that rows did not pass; `changed` are values
    that their new types cannot hold, `literals` texts in the server's form of them, `row_changes` what else became of
    rows; `out_of_sync` are columns whose
    sequences give keys that rows have already, and sequences that start over;
    `mended` is the diff from the pull request's file to one that would be right, `safer` to one that lets the
    application go on; `safer_wanted` says whether that form was asked for. `by_hand` is what that file does to
    objects that no model declares, `left_defaults` are defaults of its that the models do not have;
    `version_tables` are base's and head's. `watched` are privileges and such that a step left otherwise than they
    have to be, `watched_change` is what the models change of them. `untried` are
    constraints and types, new or tighter, that no row broke, `untold` says how many statements of a revision were not
    looked at. `only_new` are demands of the old schema that rows
    written after the upgrade can break; `later_error` is what such rows stop the downgrade with, `later_lost` how many
    of them it takes away. `lookup_error` is what stops the upgrade without the rows that the migration looks up,
    `stops` are other circumstances in which it stops. `helpers` are modules that the author's migrations import,
    `unread` the paths of such as are too long,
    `row_counts` how many rows the bot's tables have.
    `unwritten` is why no file could be written for what the pull request's own leave undone.
    `base_failure` is why base's models cannot be built.
    `hidden` are tables of new models that env.py leaves out, `writings` columns that models write other values into.
    `broken` are tables that the new code cannot write on the new schema; `without_values` are old columns that were
    NULL in every row, `made_for_rows` tables that triggers made when the bot's rows came.
    `upgrade` is what its statements did to what was there, `remarks` what squawk says of them; `old` and `migrated` are
    the catalogs before and after it; `history` are the texts of base's migration files.
    """

    project: Project
    base: Loaded | None
    head: Loaded
    own: tuple[Revision, ...] = ()
    edited: tuple[Revision, ...] = ()
    removed: tuple[Revision, ...] = ()
    baseline_reason: str = ""
    base_failure: str = ""
    notes: tuple[str, ...] = ()
    conflict: str = ""
    unsettled: tuple[str, ...] = ()
    noise: tuple[str, ...] = ()
    stopped: Step | None = None
    changed: tuple[ChangedValues, ...] = ()
    literals: tuple[KeptLiteral, ...] = ()
    row_changes: tuple[RowChange, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    with_rows: bool = True
    head_tables: int = 0
    base_tables: int = 0
    residual: tuple[Difference, ...] = ()
    blocked: BotError | None = None
    mended: str = ""
    safer: str = ""
    safer_wanted: bool = False
    undeclared_models: tuple[UndeclaredModel, ...] = ()
    out_of_sync: tuple[OutOfSync, ...] = ()
    by_hand: tuple[Difference, ...] = ()
    left_defaults: tuple[Difference, ...] = ()
    version_tables: tuple[ObjectKey, ObjectKey] | None = None
    excluded: frozenset[str] = frozenset()
    hidden: frozenset[Table] = frozenset()
    writings: tuple[ChangedWriting, ...] = ()
    fresh: FreshInstall = FreshInstall()
    require_migration: bool = False
    include_drift: bool = False
    watched: tuple[WatchedDifference, ...] = ()
    watched_change: tuple[Difference, ...] = ()
    untried: tuple[Restriction, ...] = ()
    untold: Mapping[str, int] = field(default_factory=dict)
    only_new: tuple[Restriction, ...] = ()
    later_error: StepError | None = None
    later_lost: tuple[tuple[Table, int], ...] = ()
    lookup_error: StepError | None = None
    stops: tuple[Stop, ...] = ()
    helpers: tuple[CodeFile, ...] = ()
    unread: tuple[str, ...] = ()
    row_counts: Mapping[Table, int] = field(default_factory=dict)
    unwritten: str = ""
    broken: tuple[TableUse, ...] = ()
    without_values: tuple[tuple[str, str, str], ...] = ()
    made_for_rows: tuple[Table, ...] = ()
    upgrade: tuple[StatementFacts, ...] = ()
    old: Snapshot | None = None
    migrated: Snapshot | None = None
    remarks: tuple[Remark, ...] = ()
    history: tuple[str, ...] = ()

    @property
    def left_behind(self) -> frozenset[str]:
        """Revisions that base's databases are at and that head's history does not have, where the upgrade fails."""
        fails = self.blocked is not None or any(step.error for step in self.project.round_trip.steps)
        gone = {revision.revision for revision in self.removed} if fails and self.base else set[str]()
        return frozenset(gone & set(self.base.heads if self.base else ()))

    @property
    def authored(self) -> list[Migration]:
        """The migrations of the pull request; what the bot wrote is not among them."""
        return [migration for migration in self.project.migrations if migration.origin == "pull_request"]

    @cached_property
    def code(self) -> list[CodeFile]:
        """The Python of the author's migrations, their own files first."""
        return [*(CodeFile(migration.path, migration.source) for migration in self.authored), *self.helpers]

    @cached_property
    def trees(self) -> list[tuple[str, ast.Module]]:
        """The same as trees, with their paths, as far as it can be parsed; only to be read."""
        parsed = ((file.path, syntax.parsed(file.source)) for file in self.code)
        return [(path, tree) for path, tree in parsed if tree is not None]

    def may_be_safer(self, statement: StatementFacts) -> bool:
        """Whether the bot wrote the statement, it has a safer form, and nobody has asked for that yet."""
        written = {m.revision for m in self.project.migrations if m.origin == "generated"}
        partitioned = any(relation.kind == "p" for relation in statement.taken)
        return statement.revision in written and not partitioned and not self.safer_wanted

    def place(self, statement: StatementFacts) -> Where | None:
        """The file and line of a statement."""
        paths = (m.path for m in self.project.migrations if m.revision == statement.revision)
        path = next(paths, None)
        return Where(path=path, line=statement.line) if path else None
