"""What an author's migration may do by hand, and what it has to answer for."""

from typing import Any

import pytest

from bot.migration.testbed.undeclared import (
    Declarations,
    by_hand,
    charged,
    left_defaults,
    other_names,
    with_own,
    with_undeclared,
)
from bot.model import ObjectKey
from bot.schema.compare import compare
from tests.support.snapshots import column, snapshot, table

OLD = snapshot(table("a"), column("a", "x"))
TRIGGER = (ObjectKey("trigger", "public", "a", "touch"), {"definition": "…"})
AUDIT = (table("audit"), column("audit", "id"))
INDEX = (ObjectKey("index", "public", "a", "ix_hand"), {"definition": "…"})


def said(*target: tuple[ObjectKey, dict[str, Any]], old: Any = OLD, left_out: Any = ()) -> Declarations:
    wanted = snapshot(*target) if target else OLD
    return Declarations(old, OLD, wanted, wanted, frozenset(left_out))


def errors(migrated: Any, declared: Declarations) -> list[str]:
    found = (charged(difference, declared) for difference in compare(migrated, declared.target))
    return [difference.name for difference in found if difference is not None]


def test_what_models_cannot_declare_is_respected() -> None:
    migrated = snapshot(table("a", row_security=True), column("a", "x", storage="e"), TRIGGER)
    assert errors(migrated, said()) == []
    assert sorted(d.name for d in by_hand(migrated, said())) == ["a", "touch", "x"]


def test_a_table_or_a_column_that_no_model_has_is_an_error_unless_it_is_left_out() -> None:
    migrated = snapshot(table("a"), column("a", "x"), column("a", "typo"), *AUDIT)
    assert sorted(errors(migrated, said())) == ["audit", "id", "typo"]
    assert errors(migrated, said(left_out=[AUDIT[0][0]])) == ["typo"]


def test_a_constraint_under_another_name_is_no_error() -> None:
    """A migration that named a reference, where the model leaves that to PostgreSQL, was called incomplete."""

    def constraint(name: str, definition: str = "CHECK (x)") -> tuple[ObjectKey, dict[str, Any]]:
        return ObjectKey("constraint", "public", "a", name), {"definition": definition, "type": "c"}

    here = (table("a"), column("a", "x"))
    declared = said(*here, constraint("a_x_check"), constraint("a_y_check", "CHECK (y)"))
    migrated = snapshot(*here, constraint("mine"), constraint("too", "CHECK (y OR z)"))
    assert [(made.name, wanted.name) for made, wanted in other_names(migrated, declared.target, OLD).items()] == [
        ("mine", "a_x_check")
    ]
    named = [(d.name, d.before, d.after) for d in by_hand(migrated, declared) if d.action == "changed"]
    assert named == [("mine", {"name": "a_x_check"}, {"name": "mine"})]
    whole = with_own(declared.target, migrated, OLD, declared.target).objects
    assert {key.name for key in whole if key.kind == "constraint"} == {"mine", "too", "a_y_check"}
    before = snapshot(*here, constraint("mine"))
    assert other_names(migrated, snapshot(*here, constraint("a_x_check")), before) == {}


def test_without_any_models_the_migration_answers_for_nothing_but_itself() -> None:
    """With `target_metadata = None`, a column that a migration added was called left over."""
    migrated = snapshot(table("a"), column("a", "x"), column("a", "more"), *AUDIT)
    nothing = snapshot(TRIGGER)
    declared = Declarations(OLD, nothing, nothing, OLD)
    assert errors(migrated, declared) == []
    assert sorted(d.name for d in by_hand(migrated, declared)) == ["audit", "more"]


def test_a_declared_change_that_the_migration_does_not_make_is_an_error() -> None:
    assert errors(OLD, said(table("a", row_security=True), column("a", "x"))) == ["a"]
    assert errors(OLD, said(table("a"), column("a", "x", type="text"))) == ["x"]


@pytest.mark.parametrize(
    ("old", "migrated", "wanted", "left"),
    [
        (None, "30", None, True),
        ("30", "30", None, False),
        (None, "30", "31", False),
        (None, "nextval('s')", None, False),
    ],
    ids=["filled", "not dropped", "another", "sequence"],
)
def test_a_default_that_stays(old: str | None, migrated: str | None, wanted: str | None, left: bool) -> None:
    before = snapshot(table("a"), column("a", "x", default=old))
    declared = said(table("a"), column("a", "x", default=wanted), old=before)
    after = snapshot(table("a"), column("a", "x", default=migrated))
    assert bool(left_defaults(after, declared)) is left
    assert bool(errors(after, declared)) is not left


def test_what_was_made_by_hand_before_and_is_dropped_is_told() -> None:
    old = snapshot(table("a"), column("a", "x"), TRIGGER, INDEX)
    declared = said(table("a"), column("a", "x"), TRIGGER, INDEX, old=old)
    declared = Declarations(old, OLD, OLD, declared.target)
    assert sorted(d.name for d in by_hand(OLD, declared)) == ["ix_hand", "touch"]


def test_what_models_have_no_words_for_is_told_where_the_author_sets_it() -> None:
    """Before: row security that was switched off on a declared table was the author's, and nobody was told."""
    old, migrated = (snapshot(table("a", row_security=on), column("a", "x")) for on in (True, False))
    (found,) = by_hand(migrated, Declarations(old, OLD, OLD, old))
    assert (found.kind, found.before, found.after) == ("table", {"row_security": True}, {"row_security": False})
    asked = snapshot(table("a", row_security=False), column("a", "x"))
    assert by_hand(migrated, Declarations(old, OLD, OLD, asked)) == []


def test_what_no_model_declares_may_be_changed_by_the_author() -> None:
    """Before: it had to stay as it was, and the file written on top dropped it."""
    changed = (INDEX[0], {"definition": "other"})
    old, migrated = (snapshot(table("a"), column("a", "x"), index) for index in (INDEX, changed))
    declared = Declarations(old, OLD, OLD, old)
    assert errors(migrated, declared) == []
    assert [(d.name, d.action) for d in by_hand(migrated, declared)] == [("ix_hand", "changed")]
    assert with_own(old, migrated, old, OLD).objects[INDEX[0]] == changed[1]


def test_nothing_that_is_written_on_top_takes_away_what_the_author_made() -> None:
    migrated = snapshot(table("a", row_security=True), column("a", "x"), TRIGGER)
    old = snapshot(table("a", row_security=False), column("a", "x"))
    wanted = snapshot(table("a", row_security=False), column("a", "x"), column("a", "y"))
    target = with_own(wanted, migrated, old, wanted)
    assert TRIGGER[0] in target.objects
    assert target.objects[ObjectKey("table", "public", "", "a")]["row_security"] is True


def test_nothing_that_is_written_on_top_brings_back_older_drift_that_the_author_mended() -> None:
    """A migration that had been forgotten is in the author's file, beside what this pull request changes."""
    old = snapshot(table("a"), column("a", "odd"), column("a", "x", nullable=True), INDEX)
    new = snapshot(table("a"), column("a", "x", nullable=False), column("a", "y"), column("a", "z"))
    untouched = snapshot(*old.objects.items(), column("a", "y"), column("a", "z"))  # drift is nobody's change
    migrated = snapshot(table("a"), column("a", "x", nullable=False), column("a", "y"))
    target = with_own(untouched, migrated, old, new)
    assert compare(migrated, target) == compare(migrated, new)
    assert [d.name for d in compare(migrated, target)] == ["z"]


def test_what_the_author_mends_in_part_is_mended_wholly() -> None:
    """A column that the models had before, and the database had not, comes without its NOT NULL."""
    old, new = snapshot(table("a")), snapshot(table("a"), column("a", "x", nullable=False))
    target = with_own(old, snapshot(table("a"), column("a", "x", nullable=True)), old, new)
    assert target.objects == new.objects


def test_what_the_author_dropped_and_the_models_declare_comes_back() -> None:
    old = snapshot(table("a"), column("a", "x"), column("a", "y"))
    target = with_own(old, snapshot(table("a"), column("a", "x")), old, old)
    assert column("a", "y")[0] in target.objects


def test_drift_is_mended_in_declared_tables_only() -> None:
    old = snapshot(table("a"), column("a", "x"), column("a", "odd"), INDEX, TRIGGER, *AUDIT)
    kept = with_undeclared(OLD, old, OLD).objects
    assert {AUDIT[0][0], AUDIT[1][0], TRIGGER[0]} <= kept.keys()
    assert not {INDEX[0], column("a", "odd")[0]} & kept.keys()
