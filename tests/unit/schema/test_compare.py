from dataclasses import replace
from typing import Any

from bot.model import Difference, ObjectKey
from bot.schema.compare import compare, merge
from bot.schema.snapshots import Snapshot
from tests.support.snapshots import column, foreign_key, key, snapshot, table


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


def test_a_type_that_migrations_have_named_otherwise_gets_the_change() -> None:
    """A type of the models' name was made beside it, which no column has: the column went without the new label."""

    def state(name: str, *labels: str) -> Snapshot:
        mood = ObjectKey("enum", "public", "", name), {"labels": list(labels)}
        return snapshot(mood, table("t"), column("t", "a", type_kind="enum", type_schema="public", type_name=name))

    merged = merge(state("mood", "low"), state("t_mood", "low"), state("mood", "low", "high"))
    assert merged.objects == state("t_mood", "low", "high").objects
    # A type of the models' name may be there as well, and stands idle.
    idle = {ObjectKey("enum", "public", "", "mood"): {"labels": ["low"]}}
    both = Snapshot({**state("t_mood", "low").objects, **idle})
    merged = merge(state("mood", "low"), both, state("mood", "low", "high"))
    assert {key.name: merged.objects[key]["labels"] for key in merged.of("enum")} == {
        "mood": ["low", "high"],
        "t_mood": ["low", "high"],
    }
    bare = snapshot(table("t"))
    assert ObjectKey("enum", "public", "", "mood") in merge(state("mood", "low"), bare, state("mood", "x")).objects


def test_a_new_reference_stands_on_the_key_that_is_there_under_another_name() -> None:
    """The key of a table that was renamed keeps its name: a second primary key was made for the reference."""

    def state(primary: str, *more: tuple[ObjectKey, dict[str, Any]]) -> Snapshot:
        return snapshot(table("event"), column("event", "id"), key("event", primary, ["id"]), *more)

    reference = foreign_key("visit", "visit_fk", "event", ["event_id"])
    stands_on = (reference[0], key("event", "event_pkey", ["id"])[0])
    new = state("event_pkey", table("visit"), column("visit", "event_id"), reference)
    new = replace(new, depends=frozenset({stands_on}))
    merged = merge(state("event_pkey"), state("lesson_pkey"), new)
    assert [found.name for found in merged.of("constraint")] == ["lesson_pkey", "visit_fk"]
