"""Rows whose parents belong to different parents of their own."""

from bot.migration.proof.mismatched_parents import Row, Table, apart
from bot.migration.proof.row_plans import TablePlan, awkward_rows
from bot.schema.snapshots import Snapshot
from tests.support.snapshots import column, foreign_key, snapshot

TASK = ("public", "task")
TENANTS: list[Row] = [{"id": "1"}, {"id": "2"}]
OWNED: list[Row] = [{"id": "5", "tenant_id": "1"}, {"id": "6", "tenant_id": None}, {"id": "7", "tenant_id": "2"}]
ROWS: dict[Table, list[Row]] = {
    ("public", "tenant"): TENANTS,
    ("public", "project"): OWNED,
    ("public", "author"): [{**row, "id": f"1{row['id']}"} for row in OWNED],
}


def schema(*references: str, direct: bool = False) -> Snapshot:
    """Projects and authors of tenants, and tasks that refer to some of them."""
    owned = [foreign_key(name, f"{name}_tenant", "tenant", ["tenant_id"]) for name in ("project", "author")]
    mine = [foreign_key("task", f"task_{name}", name, [f"{name}_id"]) for name in references]
    there = [column("task", f"{name}_id", type="integer", not_null=True, default=None) for name in references]
    return snapshot(*owned, *mine, *there)


def test_the_parents_of_a_row_belong_to_different_ones() -> None:
    assert list(apart(schema("project", "author"), TASK, ROWS)) == [{"project_id": "5", "author_id": "17"}]


def test_a_parent_belongs_to_another_one_than_the_row_itself() -> None:
    assert list(apart(schema("tenant", "project"), TASK, ROWS)) == [{"tenant_id": "1", "project_id": "7"}]


def test_where_all_belong_to_the_same_there_is_no_such_row() -> None:
    same: dict[Table, list[Row]] = {
        **ROWS,
        ("public", "author"): [{"id": "15", "tenant_id": "1"}],
        ("public", "project"): OWNED[:2],
    }
    assert list(apart(schema("project", "author"), TASK, same)) == []
    assert list(apart(schema("project"), TASK, ROWS)) == []


def test_such_a_row_is_among_those_of_the_table() -> None:
    """Before: a table of two references had four pairs of the first two parents, which had one parent themselves."""
    plan = TablePlan(schema("project", "author"), TASK, parents=ROWS)
    rows = [each.row for each in awkward_rows(plan)]
    assert any((row["project_id"], row["author_id"]) == ("5", "17") for row in rows)
