"""What a round trip came to: steps, rows, and everything that was seen of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.errors import BotError
from bot.migration.intent.expected_data import ChangedValues, Table
from bot.migration.proof.kept_literals import KeptLiteral
from bot.migration.proof.losses import RowChange
from bot.migration.proof.restrictions import Restriction
from bot.migration.proof.rows import RowSnapshot
from bot.migration.proof.seeding import Seeded
from bot.migration.proof.watched import WatchedDifference
from bot.migration.trace.replay import StatementFacts
from bot.model import LostRows, ObjectKey, RoundTrip, Rows, Statement, Step, StepError, StepName
from bot.schema.snapshots import Snapshot

Circumstance = Literal["time zone", "row order"]

COMPARISON_STOPS = ("alembic", "database", "exception")  # kinds of errors that models and env.py bring about


def error_of(error: BotError) -> StepError:
    """What stopped a step, as the report tells it."""
    return StepError(type=error.kind, message=error.message, log_tail=error.log_tail)


@dataclass(frozen=True)
class Stop:
    """The upgrade stops under another circumstance than that of the round trip, in which it did not."""

    circumstance: Circumstance
    error: StepError


@dataclass(frozen=True)
class OutOfSync:
    """A column whose sequence gives keys that rows have already, or a sequence that starts over, after a step."""

    key: ObjectKey
    step: StepName


@dataclass
class Proof:
    """The round trip as it goes, filled step by step."""

    steps: list[Step] = field(default_factory=list)
    statements: list[tuple[str, Statement]] = field(default_factory=list)  # with their revision
    facts: list[StatementFacts] = field(default_factory=list)  # what the upgrade's statements did
    unmet: list[str] = field(default_factory=list)  # the author's statements of the upgrade that met no rows
    untold: Counter[str] = field(default_factory=Counter)  # by revision, statements that the worker did not tell of
    lost: list[LostRows] = field(default_factory=list)
    lost_places: set[tuple[Table, str | None]] = field(default_factory=set)  # where, for who has no use for text
    values: list[ChangedValues] = field(default_factory=list)  # values that their new types cannot hold
    literals: list[KeptLiteral] = field(default_factory=list)  # texts in the server's form of another type
    changes: list[RowChange] = field(default_factory=list)  # what else became of rows
    seeded: Seeded = field(default_factory=Seeded)
    given: int = 0  # the user's own rows
    made_for_rows: list[Table] = field(default_factory=list)  # tables that triggers made when rows came
    stopped_in_env: bool = False  # a step stopped while no migration was running
    migrated: Snapshot | None = None
    before: RowSnapshot = field(default_factory=RowSnapshot)
    after: RowSnapshot = field(default_factory=RowSnapshot)
    unsettled: list[str] = field(default_factory=list)
    violating: Mapping[str, int] = field(default_factory=dict)  # rows that stand against a constraint, by its name
    out_of_sync: list[OutOfSync] = field(default_factory=list)
    time_zone_dependent: list[ObjectKey] = field(
        default_factory=list
    )  # columns that another time zone gives other values
    stops: list[Stop] = field(default_factory=list)  # other circumstances that the upgrade does not pass
    watched: list[WatchedDifference] = field(default_factory=list)
    only_new: list[Restriction] = field(default_factory=list)  # demands of the old schema that later rows can break
    later_error: StepError | None = None  # what later rows stop the author's downgrade with
    later_lost: list[tuple[Table, int]] = field(default_factory=list)  # later rows that it takes away

    @property
    def ok(self) -> bool:
        """Everything ran, every catalog is as it must be and no row was lost or changed by accident."""
        by_accident = any(change.severity == "error" for change in self.changes)
        return self.failed_step() is None and not self.lost and not by_accident

    def result(self) -> RoundTrip:
        """The part of the report."""
        return RoundTrip(
            steps=self.steps,
            rows=Rows(
                tables=self.seeded.tables,
                inserted=self.seeded.inserted,
                breaking=self.seeded.breaking,
                given=self.given,
                far=self.seeded.few,
                lost=self.lost,
            ),
        )

    def failed_step(self) -> Step | None:
        """The first step that is not as it should be."""
        return next((step for step in self.steps if not step.ok and not _only_compares(step)), None)


def _only_compares(step: Step) -> bool:
    """Whether it is Alembic's comparison that stops: whatever it would have found, the catalogs agree without it."""
    return step.name == "autogenerate again" and step.error is not None and step.error.type in COMPARISON_STOPS
