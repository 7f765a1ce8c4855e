"""The report itself: one project for each Alembic environment, with findings and a status, to and from JSON."""

from typing import Literal

import msgspec

from bot.model.deploy import Deploy
from bot.model.migrations import Decision, Heads, Migration
from bot.model.objects import Difference
from bot.model.record import Number, Record
from bot.model.round_trip import RoundTrip

Status = Literal["unchanged", "proven", "warning", "failed", "error"]
Severity = Literal["error", "warning", "notice"]
Baseline = Literal["migrations", "models"]

# The code of the finding that makes an otherwise good change incomplete.
MIGRATION_MISSING = "migration-missing"
# That of the finding which says that the report is about the branch alone.
MERGE_CONFLICT = "merge-conflict"

# From best to worst; a report is as bad as its worst project.
STATUSES: tuple[Status, ...] = ("unchanged", "proven", "warning", "failed", "error")


class Versions(Record, frozen=True):
    python: str = ""
    alembic: str = ""
    sqlalchemy: str = ""
    server: str = ""
    confinement: str = ""  # what kept the project's code in, and which layer this machine does not have


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
