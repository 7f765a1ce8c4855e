"""Likely renames."""

import pytest

from bot.errors import ProjectError
from bot.migration.intent import likely_renames
from bot.migration.intent.answers import Answers
from bot.model import ObjectKey
from tests.support.snapshots import column, snapshot, table

TEXT = {"type": "text", "type_schema": "pg_catalog", "type_name": "text"}


@pytest.mark.parametrize(
    ("one", "other"), [("name", "full_name"), ("qty", "quantity"), ("addr", "address"), ("colour", "color")]
)
def test_names_that_are_alike(one: str, other: str) -> None:
    assert likely_renames.alike(one, other) >= likely_renames.SAME_NAME
    assert likely_renames.alike(other, one) >= likely_renames.SAME_NAME


@pytest.mark.parametrize(("one", "other"), [("fax", "website"), ("price", "owner"), ("id", "name")])
def test_names_that_are_not(one: str, other: str) -> None:
    assert likely_renames.alike(one, other) < likely_renames.SAME_NAME


def test_a_column_with_a_similar_name_is_assumed() -> None:
    old = snapshot(table("a"), column("a", "name", not_null=False, **TEXT))
    new = snapshot(table("a"), column("a", "full_name", not_null=False, **TEXT))
    (found,) = likely_renames.columns(old, new, Answers())
    assert (found.decision.decided, found.decision.subject, found.decision.answer) == ("assumed", "a.name", "full_name")


def test_one_that_shares_only_type_and_place_is_asked() -> None:
    old = snapshot(table("a"), column("a", "fax", not_null=False, **TEXT))
    new = snapshot(table("a"), column("a", "website", not_null=False, **TEXT))
    (found,) = likely_renames.columns(old, new, Answers())
    assert (found.decision.decided, found.decision.answer) == ("open", None)


def test_another_type_is_another_column() -> None:
    old = snapshot(table("a"), column("a", "fax", not_null=False, **TEXT))
    new = snapshot(table("a"), column("a", "age", not_null=False))
    assert likely_renames.columns(old, new, Answers()) == []


def test_what_the_author_denied_is_not_proposed() -> None:
    old = snapshot(table("a"), column("a", "name", not_null=False, **TEXT))
    new = snapshot(table("a"), column("a", "full_name", not_null=False, **TEXT))
    answers = Answers(kept=frozenset({ObjectKey("column", "public", "a", "name")}))
    assert likely_renames.columns(old, new, answers) == []


def test_a_table_with_the_same_columns_is_assumed() -> None:
    columns = ("id", "name", "mail")
    old = snapshot(table("member"), *(column("member", name) for name in columns))
    new = snapshot(table("customer"), *(column("customer", name) for name in columns))
    (found,) = likely_renames.tables(old, new, Answers())
    assert found.rename is not None
    assert (found.rename.name, found.rename.new_name) == ("member", "customer")
    assert "id, mail, name" in found.decision.question


def test_a_table_with_other_columns_is_not() -> None:
    old = snapshot(table("member"), *(column("member", name) for name in ("id", "name", "mail")))
    new = snapshot(table("price"), *(column("price", name) for name in ("id", "amount", "currency")))
    assert likely_renames.tables(old, new, Answers()) == []


def test_a_label_in_the_same_place() -> None:
    key = ObjectKey("enum", "public", "", "state")
    (found,) = likely_renames.labels(
        snapshot((key, {"labels": ["new", "done"]})), snapshot((key, {"labels": ["new", "finished"]})), Answers()
    )
    assert (found.decision.subject, found.decision.answer, found.decision.decided) == (
        "state.done",
        "finished",
        "assumed",
    )


def test_a_label_that_only_goes_is_not_renamed() -> None:
    key = ObjectKey("enum", "public", "", "state")
    old, new = snapshot((key, {"labels": ["new", "done"]})), snapshot((key, {"labels": ["new"]}))
    assert likely_renames.labels(old, new, Answers()) == []


def test_more_than_can_be_compared_in_a_moment_is_refused() -> None:
    """Hostile models kept the bot at it for minutes, with all pairs in its memory."""
    before, after = (snapshot(table("t"), *(column("t", f"{side}{n}") for n in range(300))) for side in ("a", "b"))
    with pytest.raises(ProjectError, match="300 columns of t go and 300 come"):
        likely_renames.columns(before, after, Answers())
    before, after = (snapshot(*(table(f"{side}{n}") for n in range(1_100))) for side in ("a", "b"))
    with pytest.raises(ProjectError, match="1100 tables go and 1100 come"):
        likely_renames.tables(before, after, Answers())


def test_several_hundred_tables_that_move_are_recognized() -> None:
    parts = ("id", "name", "job")
    before, after = (
        snapshot(*(made for n in range(300) for made in (table(f"{s}{n}"), *(column(f"{s}{n}", c) for c in parts))))
        for s in ("old", "new")
    )
    assert len(likely_renames.tables(before, after, Answers())) == 300


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("disabled", "enabled"),
        ("is_active", "is_inactive"),
        ("hidden", "visible"),
        ("verified", "not_verified"),
        ("opt_in", "opt_out"),
    ],
)
def test_a_flag_that_says_the_contrary_is_made_of_the_old_one(one: str, other: str) -> None:
    """It was assumed to be a new name, and all rows said the contrary then."""
    old, new = (snapshot(table("account"), column("account", name, type="boolean")) for name in (one, other))
    for before, after, was, now in ((old, new, one, other), (new, old, other, one)):
        (found,) = likely_renames.columns(before, after, Answers())
        assert (found.rename, found.decision.kind, found.decision.decided) == (None, "fill", "open")
        assert found.decision.example == f"NOT {was}"
        assert found.decision.subject == f"account.{now}"


@pytest.mark.parametrize(
    ("one", "other"),
    [("active", "is_active"), ("public", "is_public"), ("seen", "was_seen")],
)
def test_a_flag_that_says_the_same_may_be_a_new_name(one: str, other: str) -> None:
    old, new = (snapshot(table("account"), column("account", name, type="boolean")) for name in (one, other))
    (found,) = likely_renames.columns(old, new, Answers())
    assert found.decision.kind == "rename"
