"""What changes beside tables is shown as well, and tables where there is no view of them."""

from typing import Any

from bot.model import Action, Difference
from bot.report.objects import ObjectDiff, objects
from bot.report.views import TableChange, Views
from bot.schema.describe import TableView
from tests.support import reports as samples


def difference(kind: str, name: str, action: Action, parent: str = "", **sides: Any) -> Difference:
    return Difference(kind=kind, schema="public", parent=parent, name=name, action=action, **sides)


def shown(*declared: Difference, views: Views | None = None) -> list[ObjectDiff]:
    return objects(samples.project(declared=list(declared)), views)


def test_an_enums_labels_are_lines() -> None:
    [found] = shown(difference("enum", "mood", "changed", before={"labels": ["a", "c"]}, after={"labels": ["a", "b"]}))
    assert (found.title, found.action) == ("enum mood", "changed")
    assert found.diff.split("\n") == [" enum mood", "     labels:", "         a", "-        c", "+        b"]


def test_a_function_is_added_with_its_definition_line_by_line() -> None:
    [found] = shown(difference("function", "f()", "added", after={"definition": "CREATE\n  f\n", "comment": None}))
    assert (found.title, found.action) == ("function f()", "added")
    assert found.diff.split("\n") == ["+function f()", "+    definition:", "+        CREATE", "+          f"]


def test_what_a_view_shows_is_not_shown_again() -> None:
    view = TableChange(schema="public", name="job", before=None, after=TableView(kind="Table"))
    column = difference("column", "x", "added", "job", after={"type": "integer"})
    enum = difference("enum", "mood", "added", after={"labels": ["a"]})
    assert [found.title for found in shown(column, enum, views=Views(tables=(view,)))] == ["job", "enum mood"]


def test_a_table_without_a_view_has_a_line_for_each_member() -> None:
    [found] = shown(
        difference("table", "job", "added", after={"kind": "r", "persistence": "p"}),
        difference("column", "id", "added", "job", after={"type": "integer", "not_null": True, "default": None}),
        difference("sequence", "job_id_seq", "added", after={"owned_by": ["public", "job", "id"]}),
    )
    assert found.diff.split("\n") == ["+table job", "+    column id: type integer, not null yes"]
    assert (found.title, found.action) == ("job", "added")


def test_what_a_constraint_becomes_is_shown_however_quiet() -> None:
    change = difference("constraint", "c", "changed", "job", before={"validated": False}, after={"validated": True})
    [found] = shown(change)
    assert found.diff.split("\n") == ["-    constraint c", "+    constraint c: validated yes"]
