"""What came of running a migration up, down and up again over rows."""

from typing import Literal

from bot.model.objects import Difference
from bot.model.record import Number, Record

StepName = Literal["upgrade", "downgrade", "upgrade again", "autogenerate again"]


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
