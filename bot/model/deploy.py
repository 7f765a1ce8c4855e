"""What it means to run an upgrade while the application is in use: locks, the order of the release, times."""

from typing import Literal

from bot.model.record import Number, Record, Rowcount

DeployOrder = Literal["database first", "code first", "either", "two releases"]
UseVerdict = Literal["works", "can break", "breaks", "not tried"]


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
