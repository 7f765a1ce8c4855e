"""Tables before and after: the diff has what changed, and no line that only became wider."""

from bot.report.layout import alike
from bot.report.schema import objects
from bot.report.views import Extras, TableView
from tests.support import reports as samples
from tests.support.reports import AFTER, BEFORE


def diff(before: str | None, after: str | None) -> list[str]:
    one = samples.project(declared=[])
    found = objects(one, Extras((TableView("public.job", before, after),)))
    return [line for table in found for line in table.diff.split("\n")]


def changed(lines: list[str]) -> list[str]:
    return [line for line in lines if line[0] in "+-"]


def test_only_the_new_column_is_a_changed_line() -> None:
    lines = changed(diff(BEFORE, AFTER))
    assert lines == ["+ started_at | timestamp without time zone |          |         | when it ran"]


def test_the_way_back_takes_it_away() -> None:
    lines = changed(diff(AFTER, BEFORE))
    assert lines == ["- started_at | timestamp without time zone |          |         | when it ran"]


def test_a_heading_that_one_side_lacks_stands_in_its_place() -> None:
    collated = BEFORE.replace("  Type   |", "  Type   | Collation |").replace(
        "+---------+-", "+---------+-----------+-", 1
    )
    collated = collated.replace("integer |", "integer |           |").replace("text    |", "text    | C         |")
    old, new = alike(collated, BEFORE)
    assert new.split("\n")[1].split() == "Column | Type | Collation | Nullable | Default".split()
    assert old.split("\n")[3] == new.split("\n")[3]
    assert changed(diff(collated, BEFORE)) == [
        "- label  | text    | C         |          | 'a | b'",
        "+ label  | text    |           |          | 'a | b'",
    ]


def test_a_new_and_a_dropped_table_are_whole() -> None:
    assert diff(None, BEFORE) == [f"+{line}" for line in BEFORE.split("\n")]
    assert diff(BEFORE, None) == [f"-{line}" for line in BEFORE.split("\n")]


def test_what_is_no_such_view_is_left_alone() -> None:
    assert alike("a\nb", BEFORE) == ("a\nb", BEFORE)
    assert alike("", "") == ("", "")


def test_what_did_not_change_is_not_shown() -> None:
    assert diff(BEFORE, BEFORE) == []
