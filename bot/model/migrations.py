"""Migrations as a report tells of them: the file, what it sent to the server, and what its author had to decide."""

from typing import Literal

from bot.model.record import Number, Record

DecisionKind = Literal["rename", "fill", "using", "clean"]
DecidedBy = Literal["command", "setting", "assumed", "open"]


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
