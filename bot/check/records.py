"""Values that the steps of a check pass on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bot.database.databases import Databases
from bot.discovery.migration_code import CodeFile
from bot.discovery.undeclared_models import Common
from bot.findings.facts import FreshInstall
from bot.migration.proof.proof import Proof
from bot.migration.proof.seeding import Seeded
from bot.migration.testbed.baseline import BuiltDatabases
from bot.migration.testbed.side import ProjectSide
from bot.migration.trace.squawk import Remark
from bot.migration.writer.generate import Generated
from bot.model import Compatibility, Decision, Difference, Project, Step, StepError
from bot.project.client.client import Loaded, Revision
from bot.report.views import Views
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.migration.scale.measuring import Measured


@dataclass(frozen=True)
class SharedFile:
    """A written migration that serves several databases: `parts` is what it has for those that are done."""

    path: str = ""
    revision: str = ""
    message: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ProjectInputs:
    """One environment with all that is needed to examine it. `base` is None when it is new.

    `changed` are the paths of all files that differ, `candidates` those among them that can declare its models,
    `common` those of these that other environments import; `name` distinguishes it from others of the same file;
    `shared` is the file of the databases that were looked at before. `base_failure` says why base's models cannot be
    built.
    """

    config: str
    settings: Settings
    databases: Databases
    base: ProjectSide | None
    head: ProjectSide
    base_root: Path
    head_root: Path
    notes: tuple[str, ...]
    confinement: str
    conflict: str
    log: Callable[[str], None]
    changed: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    common: Common = field(default_factory=Common)
    name: str = ""
    shared: SharedFile = field(default_factory=SharedFile)
    base_failure: str = ""


@dataclass(frozen=True)
class ProjectResult:
    """An environment's part of the report, what the views show beside it, and the file that was written, if one was."""

    project: Project
    views: Views
    shared: SharedFile = field(default_factory=SharedFile)


@dataclass(frozen=True)
class ProjectChange:
    """The databases of both sides and how they differ: `declared` by the models, `drift` before the change."""

    inputs: ProjectInputs
    built: BuiltDatabases
    declared: list[Difference]
    drift: list[Difference]
    own: list[Revision]

    @property
    def base(self) -> Loaded | None:
        """Base's scripts."""
        return self.inputs.base.loaded if self.inputs.base else None

    @property
    def head(self) -> Loaded:
        """Head's scripts, as they were before the bot wrote any."""
        return self.inputs.head.loaded


@dataclass(frozen=True)
class Attempt:
    """A migration with its proof.

    `rows` says whether there were any, `stopped` which step they stopped at first; `head` is what head's
    scripts are now; `mended` is how the pull request's own file would have to read, as a diff, `safer` the same in
    steps that let the application go on; `by_hand` is what that file does to objects that no model declares,
    `left_defaults` are defaults of its that the models do not have.
    `unwritten` is why no file could be written for what that file leaves undone.
    `seeded` are the rows with which it was tried first; `lookup_error` is what stops the author's upgrade when the rows
    that it looks up by a value are not there. `renamed` are names of the old schema whose rows or values are under new
    ones after the author's upgrade; `helpers` are modules that the author's files import, `unread` the
    paths of such as are too long.
    """

    proof: Proof
    rows: bool
    decisions: tuple[Decision, ...] = ()
    generated: Generated | None = None
    residual: tuple[Difference, ...] = ()
    head: Loaded | None = None
    stopped: Step | None = None
    mended: str = ""
    safer: str = ""
    by_hand: tuple[Difference, ...] = ()
    left_defaults: tuple[Difference, ...] = ()
    seeded: Seeded = field(default_factory=Seeded)
    lookup_error: StepError | None = None
    helpers: tuple[CodeFile, ...] = ()
    unread: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    unwritten: str = ""


@dataclass(frozen=True)
class Observations:
    """What the project's code was asked besides: `unsettled` are operations that autogenerate proposes in the end and
    did not propose at base, `noise` those that it proposed there as well; `compatibility` is what each side's code can
    do with the other side's schema, `measured` how long the upgrade takes with many rows; `remarks` are squawk's, or
    why it `squawk_failed`.
    """

    unsettled: tuple[str, ...] = ()
    noise: tuple[str, ...] = ()
    fresh: FreshInstall = field(default_factory=FreshInstall)
    compatibility: Compatibility | None = None
    measured: "Measured | None" = None
    remarks: tuple[Remark, ...] = ()
    squawk_failed: str = ""
