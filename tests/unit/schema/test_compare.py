from bot.model import Difference
from bot.schema.compare import compare
from tests.support.snapshots import column, snapshot, table


def test_equal_snapshots_have_no_differences() -> None:
    assert compare(snapshot(table("t")), snapshot(table("t"))) == []


def test_the_place_of_a_column_is_no_difference() -> None:
    assert compare(snapshot(column("t", "a", position=1)), snapshot(column("t", "a", position=7))) == []


def test_a_new_object_comes_with_all_its_attributes() -> None:
    key, attributes = table("t", comment="x")
    assert compare(snapshot(), snapshot((key, attributes))) == [
        Difference(kind="table", schema="public", parent="", name="t", action="added", after=attributes)
    ]


def test_a_removed_object_comes_with_all_its_attributes() -> None:
    key, attributes = table("t", comment="x")
    assert compare(snapshot((key, attributes)), snapshot()) == [
        Difference(kind="table", schema="public", parent="", name="t", action="removed", before=attributes)
    ]


def test_a_changed_object_comes_with_what_changed() -> None:
    (found,) = compare(
        snapshot(column("t", "a", comment="x", position=1)),
        snapshot(column("t", "a", not_null=True, position=2)),
    )
    assert (found.action, found.before, found.after) == (
        "changed",
        {"comment": "x", "not_null": None},
        {"comment": None, "not_null": True},
    )


def test_differences_come_by_kind_and_name_but_columns_as_in_their_table() -> None:
    new = snapshot(table("z"), table("a"), column("a", "a", position=2), column("a", "b", position=1))
    assert [(d.kind, d.name) for d in compare(snapshot(), new)] == [
        ("column", "b"),
        ("column", "a"),
        ("table", "a"),
        ("table", "z"),
    ]
