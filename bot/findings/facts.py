"""What the rules look at: everything known of one project before anything is said about it."""

from dataclasses import dataclass

from bot.errors import BotError
from bot.migration.intent.expected_data import ChangedValues
from bot.migration.proof.seeding import Skipped
from bot.model import Difference, ObjectKey, Project, Step
from bot.project.client.client import Loaded, Revision


@dataclass(frozen=True)
class Unseen:
    """A table that a changed file declares anew, and that `env.py` does not hand to Alembic."""

    table: str
    path: str
    line: int


@dataclass(frozen=True)
class Facts:
    """`project` has no findings yet. `notes` come from the tools: what was added, merged, left out.

    `unsettled` are operations that autogenerate still proposes after the upgrade and did not propose at base,
    `noise` those that it proposed there as well; `stopped` is a step that rows did not pass; `changed` are values
    that their new types cannot hold; `behind` are columns whose sequences give keys that rows have already;
    `mended` is the diff from the pull request's file to one that would be right.
    """

    project: Project
    base: Loaded | None
    head: Loaded
    own: tuple[Revision, ...] = ()
    edited: tuple[Revision, ...] = ()
    removed: tuple[Revision, ...] = ()
    baseline_reason: str = ""
    notes: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()
    noise: tuple[str, ...] = ()
    stopped: Step | None = None
    changed: tuple[ChangedValues, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    with_rows: bool = True
    head_tables: int = 0
    base_tables: int = 0
    residual: tuple[Difference, ...] = ()
    blocked: BotError | None = None
    mended: str = ""
    unseen: tuple[Unseen, ...] = ()
    behind: tuple[ObjectKey, ...] = ()
