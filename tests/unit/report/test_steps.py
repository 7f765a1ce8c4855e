"""What is said of each step."""

from bot.model import Difference, LostRows, Rows
from bot.report.changes import changes
from bot.report.steps import steps
from tests.support import reports as samples


def added(kind: str, name: str, parent: str = "", **after: object) -> Difference:
    return Difference(kind=kind, schema="public", parent=parent, name=name, action="added", after=after)


def test_a_step_that_lost_something_is_not_green() -> None:
    lost = [LostRows(table="job", column="name", step="upgrade", rows=6)]
    lost += [LostRows(table="job", column=None, step="downgrade", rows=1)]
    trip = samples.round_trip(rows=Rows(tables=1, inserted=7, lost=lost))
    told = steps(samples.project("failed", round_trip=trip))
    assert [(step.ok, step.lost) for step in told] == [(False, "6 values"), (False, "1 row"), (True, "0"), (True, "")]


def test_many_tables_are_counted_and_their_sequences_are_not_named() -> None:
    declared = [added("table", f"t{number}") for number in range(30)]
    declared += [
        added("sequence", f"t{number}_id_seq", owned_by=["public", f"t{number}", "id"]) for number in range(30)
    ]
    assert changes(declared, forward=True) == "table t0, t1, t2, t3 and 26 more are there"
    assert changes(declared, forward=False) == "no table t0, t1, t2, t3 and 26 more"


def test_kinds_are_named() -> None:
    declared = [added("enum", "mood"), added("column", "feels", "job")]
    assert changes(declared, forward=True) == "enum mood is there; job: feels is there"
    assert changes(declared, forward=False) == "no enum mood; job: no feels"


def test_what_comes_and_goes_in_one_table_is_one_sentence() -> None:
    gone = Difference(kind="column", schema="public", parent="job", name="size", action="removed", before={})
    declared = [added("column", "length", "job"), gone, added("table", "other")]
    assert changes(declared, forward=True) == "job: length is there, no size; table other is there"
    assert changes(declared, forward=False) == "job: size is there, no length; no table other"
