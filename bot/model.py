"""What `report.json` holds: frozen data, to and from JSON, validated on the way in.

Version 1 of the report; `docs/report.schema.json` is made of these types. Reports may come from an untrusted job, so
decoding checks every type and refuses unknown fields; nothing here is escaped: whatever renders it does that.
"""

from typing import Annotated, Any, Literal, NamedTuple

import msgspec

Status = Literal["unchanged", "proven", "warning", "failed", "error"]
Severity = Literal["error", "warning", "notice"]
Action = Literal["added", "removed", "changed"]
StepName = Literal["upgrade", "downgrade", "upgrade again", "autogenerate again"]
Baseline = Literal["migrations", "models"]
DecisionKind = Literal["rename", "fill", "using", "clean"]
DecidedBy = Literal["command", "setting", "assumed", "open"]

# A line of a file, or a count; GitHub knows none that are larger.
Number = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]
Rowcount = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]  # of a table in production

# The code of the finding that makes an otherwise good change incomplete.
MIGRATION_MISSING = "migration-missing"

# From best to worst; a report is as bad as its worst project.
STATUSES: tuple[Status, ...] = ("unchanged", "proven", "warning", "failed", "error")


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all parts of a report."""


class ObjectKey(NamedTuple):
    """What names an object; `parent` is the table of columns, constraints, indexes and such, else empty."""

    kind: str
    schema: str
    parent: str
    name: str


class Difference(Record, frozen=True):
    """One object of a database that two snapshots do not agree on.

    `before` and `after` hold the whole definition for added and removed objects, and only the attributes
    that differ for changed ones.
    """

    kind: str
    schema: str
    parent: str
    name: str
    action: Action
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None

    @property
    def key(self) -> ObjectKey:
        """The object that differs."""
        return ObjectKey(self.kind, self.schema, self.parent, self.name)


class Versions(Record, frozen=True):
    python: str = ""
    alembic: str = ""
    sqlalchemy: str = ""
    server: str = ""
    confinement: str = ""  # what kept the project's code in, and which layer this machine does not have


class Heads(Record, frozen=True):
    base: list[str] = []
    head: list[str] = []


class Lock(Record, frozen=True):
    """A lock on a table or index (of the table `index_of`): new, or held since the statement in a line."""

    table: str
    mode: str
    held_since: Number | None = None
    index_of: str = ""


class Statement(Record, frozen=True):
    """A statement that a migration sent; `line` is where in the file, `seconds` how long it took.

    Locks, rewrites and scans are those of tables and indexes that were there before the migration. They are not known
    of a statement that ends its transaction, which was not `observed`.
    """

    direction: Literal["upgrade", "downgrade"]
    sql: str
    line: Number | None = None
    seconds: float = 0.0
    locks: list[Lock] = []
    rewrites: list[str] = []
    scans: list[str] = []  # tables that were read whole
    observed: bool = True
    rows: Number | None = None  # that an INSERT, UPDATE or DELETE touched


class Migration(Record, frozen=True):
    """A migration file; `path` is relative to the repository."""

    path: str
    revision: str
    down_revision: str | list[str] | None
    origin: Literal["generated", "pull_request"]
    source: str
    downgrade: Literal["complete", "missing", "irreversible"] = "complete"
    statements: list[Statement] = []


class Decision(Record, frozen=True):
    """Something that only the author can know; `how` is the command that answers it.

    `example` is what an answer may look like, as long as there is none.
    """

    kind: DecisionKind
    subject: str
    answer: str | None
    decided: DecidedBy
    question: str
    how: str
    example: str = ""


class StepError(Record, frozen=True):
    type: str
    message: str
    log_tail: str = ""


class Step(Record, frozen=True):
    name: StepName
    ok: bool
    seconds: float
    differences: list[Difference] = []
    error: StepError | None = None


class LostRows(Record, frozen=True):
    """Rows or values (of `column`, or whole rows when it is null) that did not survive `step`."""

    table: str
    column: str | None
    step: str
    rows: Number


class Rows(Record, frozen=True):
    """`breaking` of the inserted rows were made to break what is new or tighter; `given` are the user's own.

    `far` is the number of tables that the change cannot reach and that got ordinary rows alone, or none where env.py
    itself stops on their rows.
    """

    tables: Number = 0
    inserted: Number = 0
    breaking: Number = 0
    given: Number = 0
    far: Number = 0
    lost: list[LostRows] = []


class RoundTrip(Record, frozen=True):
    steps: list[Step] = []
    rows: Rows = Rows()


class Where(Record, frozen=True):
    path: str
    line: Number | None = None


class Finding(Record, frozen=True):
    code: str
    severity: Severity
    title: str
    detail: str
    advice: str = ""
    where: Where | None = None


class Preflight(Record, frozen=True):
    """A read-only query for the database that is to be migrated: it counts the rows that would stop the upgrade."""

    subject: str
    sql: str
    must_be: Number = 0


class Seconds(Record, frozen=True):
    """Foretold, as a range."""

    low: float
    high: float


class DeployLock(Record, frozen=True):
    """A lock that somebody waits for, taken in a line and held while `later_statements` run: for so many `seconds`, if
    times were foretold.
    """

    table: str
    mode: str
    keeps_out: Literal["writers", "readers and writers"]
    line: Number | None = None
    rows: Literal["untouched", "read", "rewritten"] = "untouched"
    later_statements: Number = 0
    lock_timeout: str | None = None
    seconds: Seconds | None = None


DeployOrder = Literal["database first", "code first", "either", "two releases"]
UseVerdict = Literal["works", "can break", "breaks", "not tried"]


class UseFailure(Record, frozen=True):
    """What code does with its own schema and not with the other one; `column` is empty for the whole row."""

    action: str
    column: str
    message: str


class TableUse(Record, frozen=True):
    """A table as code uses it: `can break` is for values that it may never write; `tried` are attempts.

    `not tried` is for a table into which the code's own models could write nothing where they belong.
    """

    table: str
    verdict: UseVerdict
    tried: Number = 0
    failures: list[UseFailure] = []


class Compatibility(Record, frozen=True):
    """The old code on the new schema, the new code on the old one, and what may be deployed first.

    `broken` are tables that the new code cannot even write on the new schema, as the old code could on the old one.
    """

    order: DeployOrder | None
    old_code: list[TableUse] = []
    new_code: list[TableUse] = []
    broken: list[TableUse] = []


class StatementTime(Record, frozen=True):
    """A statement (or all turns of a loop): seconds in each measurement, for a million rows more, and foretold."""

    sql: str
    line: Number | None = None
    measured: list[float] = []
    per_million: float = 0.0
    foretold: Seconds = Seconds(low=0.0, high=0.0)


class TableSize(Record, frozen=True):
    """A table that the upgrade touches: how many rows it has for whoever asks, and how many in the last measurement.

    Those of a table that is `limited` could not be multiplied.
    """

    table: str
    rows: Rowcount
    measured: Rowcount
    limited: bool = False


class Times(Record, frozen=True):
    """How long the upgrade takes with many rows: `measured` are the rows of the largest table in each measurement,
    `foretold` is for `rows` of them. `stopped` is what ended a measurement.
    """

    measured: list[Rowcount] = []
    rows: Rowcount = 0
    foretold: Seconds | None = None
    tables: list[TableSize] = []
    statements: list[StatementTime] = []
    stopped: str = ""


class Deploy(Record, frozen=True):
    """What it means to run the upgrade while the application is in use; `noon` is the answer in one line.

    `order` is what may be deployed first, if that was tried; `times` how long it takes, if that was asked for.
    """

    noon: str = ""
    locks: list[DeployLock] = []
    order: DeployOrder | None = None
    old_code: list[TableUse] = []
    new_code: list[TableUse] = []
    times: Times | None = None


class Failure(Record, frozen=True):
    """Why a project has no verdict."""

    kind: str
    message: str
    advice: str = ""
    log_tail: str = ""


class Project(Record, frozen=True):
    """One Alembic environment; `config` is its configuration file relative to the repository.

    `name` distinguishes environments of one file: its section, or one of the `databases` that its env.py has.
    `seconds` say where the time went: by what was done, and in total.
    """

    config: str
    status: Status
    name: str = ""
    databases: list[str] = []
    versions: Versions = Versions()
    baseline: Baseline = "migrations"
    heads: Heads = Heads()
    migrations: list[Migration] = []
    declared: list[Difference] = []
    drift: list[Difference] = []
    residual: list[Difference] = []
    decisions: list[Decision] = []
    renamed: dict[str, str] = {}  # what the pull request's own migration renames, as its rows showed
    round_trip: RoundTrip = RoundTrip()
    findings: list[Finding] = []
    preflight: list[Preflight] = []
    deploy: Deploy | None = None
    filled_settings: list[str] = []  # NAME=VALUE, which the bot gave by itself
    left_out: list[str] = []  # packages that could not be had
    error: Failure | None = None
    seconds: dict[str, float] = {}

    @property
    def label(self) -> str:
        """What a report calls it; no other environment of the report is called the same."""
        return f"{self.config} [{self.name}]" if self.name else self.config


class Report(Record, frozen=True):
    status: Status
    base: str
    head: str | None
    seconds: dict[str, float] = {}
    projects: list[Project] = []
    version: Literal[1] = 1


def migration_missing(report: Report) -> bool:
    """Whether a migration that has to be in the change is not."""
    return any(finding.code == MIGRATION_MISSING for project in report.projects for finding in project.findings)


def worst(statuses: list[Status]) -> Status:
    """The worst of several statuses; `unchanged` when there are none."""
    return max(statuses, key=STATUSES.index, default="unchanged")


def to_json(report: Report) -> bytes:
    """The report as indented UTF-8 JSON."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def from_json(data: bytes) -> Report:
    """Decode and validate a report.

    Raises `msgspec.ValidationError` or `msgspec.DecodeError` when it is not one; treat its text as hostile.
    """
    return msgspec.json.decode(data, type=Report)
