"""Tables before and after as text: the diff has what changed, and no line that only became wider."""

from bot.report.objects import objects
from bot.report.table_text import before_and_after
from bot.report.views import TableChange, Views
from bot.schema.describe import ColumnCells, Section, TableView
from tests.support import reports as samples
from tests.support.reports import AFTER, BEFORE, ID, LABEL


def change(before: TableView | None, after: TableView | None, name: str = "job") -> TableChange:
    return TableChange(schema="public", name=name, before=before, after=after)


def diff(before: TableView | None, after: TableView | None) -> list[str]:
    found = objects(samples.project(declared=[]), Views(tables=(change(before, after),)))
    return [line for table in found for line in table.diff.split("\n")]


def changed(lines: list[str]) -> list[str]:
    return [line for line in lines if line[0] in "+-"]


def test_a_table_looks_as_in_psql() -> None:
    assert before_and_after(change(None, AFTER)) == (
        [],
        [
            'Table "public.job"',
            "   Column   |             Type            | Nullable | Default | Description",
            "------------+-----------------------------+----------+---------+-------------",
            " id         | integer                     | not null |         |",
            " label      | text                        |          | 'a | b' |",
            " started_at | timestamp without time zone |          |         | when it ran",
            "Indexes:",
            '    "job_pkey" PRIMARY KEY (id)',
        ],
    )


def test_only_the_new_column_is_a_changed_line() -> None:
    assert changed(diff(BEFORE, AFTER)) == [
        "+ started_at | timestamp without time zone |          |         | when it ran"
    ]


def test_the_way_back_takes_it_away() -> None:
    assert changed(diff(AFTER, BEFORE)) == [
        "- started_at | timestamp without time zone |          |         | when it ran"
    ]


def test_a_heading_that_one_side_lacks_stands_in_its_place() -> None:
    collated = TableView(kind="Table", columns=(ID, LABEL._replace(collation="C")), sections=BEFORE.sections)
    old, new = before_and_after(change(collated, BEFORE))
    assert new[1].split() == "Column | Type | Collation | Nullable | Default".split()
    assert old[3] == new[3]
    assert changed(diff(collated, BEFORE)) == [
        "- label  | text    | C         |          | 'a | b'",
        "+ label  | text    |           |          | 'a | b'",
    ]


def test_a_new_and_a_dropped_table_are_whole() -> None:
    _, lines = before_and_after(change(None, BEFORE))
    assert diff(None, BEFORE) == [f"+{line}" for line in lines]
    assert diff(BEFORE, None) == [f"-{line}" for line in lines]


def test_what_did_not_change_is_not_shown() -> None:
    assert diff(BEFORE, BEFORE) == []


def test_of_a_long_table_what_changed_is_shown_with_three_lines_around_it_below_its_headings() -> None:
    columns = tuple(ColumnCells(f"c{number}", "integer") for number in range(30))
    keys = tuple(f'"key{number}" btree (c1)' for number in range(10))
    before = TableView(kind="Table", columns=columns, sections=(Section(heading="Indexes", entries=keys),))
    entries = (*keys[:-1], '"key9" btree (c2)')
    after = TableView(kind="Table", columns=columns, sections=(Section(heading="Indexes", entries=entries),))
    assert diff(before, after) == [
        ' Table "public.job"',
        "  Column |   Type  | Nullable | Default",
        " --------+---------+----------+---------",
        " …",
        " Indexes:",
        " …",
        '     "key6" btree (c1)',
        '     "key7" btree (c1)',
        '     "key8" btree (c1)',
        '-    "key9" btree (c1)',
        '+    "key9" btree (c2)',
    ]


def test_names_and_expressions_cannot_add_lines_or_hide() -> None:
    hostile = "a\n```\r\nb\u2028c\u202ed\x1b[31m"
    view = TableView(
        kind=hostile,
        columns=(ColumnCells(*[hostile] * 6),),
        sections=(Section(heading=hostile, entries=(hostile,)), Section(heading=hostile)),
    )
    _, lines = before_and_after(change(None, view, hostile))
    assert len(lines) == 7
    assert not set("\r\n\u2028\u202e\x1b") & set("".join(lines))


def test_a_long_default_draws_no_long_line() -> None:
    view = TableView(kind="Table", columns=(ColumnCells("a", "integer", default="x" * 500),))
    _, lines = before_and_after(change(None, view))
    assert len(lines[2]) < 120
