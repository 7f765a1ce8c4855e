"""What attempts come to, the ones that could not be made included."""

import msgspec
import pytest

from bot.migration.compatibility.verdicts import broken, order, uses
from bot.model import TableUse
from bot.project.client.client import Used

READ = Used(schema="public", table="job", action="read", column="", error=None)
WRITTEN = Used(schema="public", table="job", action="insert with the least", column="", error=None)
REFUSED = Used(schema="public", table="job", action="insert with the least", column="", error="IntegrityError: no")
WORKS, UNTRIED, BREAKS = (TableUse(table="job", verdict=word) for word in ("works", "not tried", "breaks"))


def test_a_table_that_could_be_written_at_home_and_away_works() -> None:
    (use,) = uses([READ, WRITTEN], [READ, WRITTEN])
    assert (use.verdict, use.tried) == ("works", 2)


def test_what_fails_at_home_says_nothing_of_elsewhere() -> None:
    """Reading alone tells nobody that the application works."""
    (use,) = uses([READ, REFUSED], [READ, REFUSED])
    assert (use.verdict, use.tried) == ("not tried", 1)


def test_what_is_seen_to_break_counts_although_nothing_could_be_written() -> None:
    gone = Used(schema="public", table="job", action="read", column="", error="ProgrammingError: no such column")
    (use,) = uses([READ, REFUSED], [gone, REFUSED])
    assert use.verdict == "breaks"


def test_what_worked_at_home_before_and_does_not_any_more_is_broken() -> None:
    """A trigger that speaks of a column which has another name now."""
    stopped = msgspec.structs.replace(WRITTEN, error='ProgrammingError: record "new" has no field "name"')
    (use,) = broken([READ, WRITTEN], [READ, stopped])
    assert (use.table, [failure.message for failure in use.failures]) == ("job", [stopped.error])


def test_a_column_that_the_code_could_never_write_is_not_broken_by_the_change() -> None:
    """Another column of the table could be, by the same action."""
    name = Used(schema="public", table="job", action="update", column="name", error=None)
    tags = msgspec.structs.replace(name, column="tags", error="ProgrammingError: function hstore() does not exist")
    assert broken([name, tags], [name, tags]) == []


@pytest.mark.parametrize(("before", "after"), [(WRITTEN, REFUSED), (REFUSED, REFUSED), (WRITTEN, WRITTEN)])
def test_a_value_that_is_refused_breaks_nothing(before: Used, after: Used) -> None:
    assert broken([before], [after]) == []
    assert broken([], [msgspec.structs.replace(after, error="ProgrammingError: no such table")]) == []


@pytest.mark.parametrize(
    ("old_code", "new_code", "expected"),
    [
        (WORKS, WORKS, "either"),
        (WORKS, BREAKS, "database first"),
        (BREAKS, WORKS, "code first"),
        (BREAKS, BREAKS, "two releases"),
        (UNTRIED, WORKS, None),
        (UNTRIED, BREAKS, None),
        (BREAKS, UNTRIED, None),
        (WORKS, UNTRIED, None),
    ],
)
def test_the_order_is_named_where_it_is_known(old_code: TableUse, new_code: TableUse, expected: str | None) -> None:
    assert order([old_code], [new_code]) == expected


def test_two_releases_stay_two_whatever_else_was_not_tried() -> None:
    assert order([BREAKS, UNTRIED], [BREAKS]) == "two releases"
