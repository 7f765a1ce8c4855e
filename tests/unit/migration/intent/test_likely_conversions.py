"""Columns that go while another type or table comes that may hold their values."""

import pytest

from bot.migration.intent import likely_conversions
from bot.migration.intent.answers import Answers
from bot.model import ObjectKey
from bot.schema.snapshots import Snapshot
from tests.support.snapshots import column, foreign_key, key, snapshot, table

TEXT = {"type": "text", "type_schema": "pg_catalog", "type_name": "text"}
FLAG = {"type": "boolean", "type_schema": "pg_catalog", "type_name": "bool"}
NONE_GIVEN = Answers()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("birth_year", "birth_date"), ("is_deleted", "deleted_at"), ("verified", "verification_date")),
        *(("customerName", "customer_id"), ("category", "category_ids"), ("price", "price_cents")),
    ],
)
def test_names_of_one_thing(one: str, other: str) -> None:
    assert likely_conversions.akin(one, other)
    assert likely_conversions.akin(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("created_by", "created_at"), ("shipping_address", "shipping_method"), ("fax", "website")),
        *(("id", "uuid"), ("name", "type"), ("rate", "rank")),
    ],
)
def test_names_of_different_things(one: str, other: str) -> None:
    assert not likely_conversions.akin(one, other)


def asked(before: Snapshot, after: Snapshot, answers: Answers = NONE_GIVEN) -> list[tuple[str, str]]:
    return [(pair.asked.subject, pair.asked.example) for pair in likely_conversions.found(before, after, answers)]


OLD = snapshot(table("a"), column("a", "is_active", not_null=True, **FLAG))
NEW = snapshot(table("a"), column("a", "status", not_null=False, **TEXT))


def test_a_flag_that_becomes_a_state() -> None:
    assert asked(OLD, NEW) == [("a.status", "SQL")]
    assert asked(NEW, OLD) == []


def test_a_text_that_becomes_a_number_is_cast() -> None:
    old, new = (snapshot(table("a"), column("a", name, **kind)) for name, kind in (("size_text", TEXT), ("size", {})))
    assert asked(old, new) == [("a.size", "size_text::integer")]


def test_what_the_author_has_said_is_not_asked() -> None:
    assert asked(OLD, NEW, Answers(fills={("public", "a", "status"): "'new'"})) == []
    assert asked(OLD, NEW, Answers(kept=frozenset({ObjectKey("column", "public", "a", "is_active")}))) == []


def test_one_type_is_left_to_renames() -> None:
    assert (
        asked(
            snapshot(table("a"), column("a", "state_name", **TEXT)),
            snapshot(table("a"), column("a", "state_code", **TEXT)),
        )
        == []
    )


def test_what_is_computed_is_made_of_nothing_else() -> None:
    assert asked(OLD, snapshot(table("a"), column("a", "status", generated="s", **TEXT))) == []


def test_a_reference_has_values_that_no_cast_finds() -> None:
    old = snapshot(table("a"), column("a", "city_name", **TEXT))
    new = snapshot(table("a"), table("city"), column("a", "city_id"), foreign_key("a", "fk", "city", ["city_id"]))
    assert asked(old, new) == [("a.city_id", "SQL")]


POST = (table("post"), column("post", "id"), key("post", "post_pkey", ["id"]))
TAGS = (
    *(table("post_tag"), column("post_tag", "id"), key("post_tag", "tag_pkey", ["id"])),
    *(column("post_tag", "post_id"), foreign_key("post_tag", "fk", "post", ["post_id"])),
)


def test_a_new_table_that_is_named_after_the_column() -> None:
    old = snapshot(*POST, column("post", "tags", **TEXT))
    new = snapshot(*POST, *TAGS, column("post_tag", "label", **TEXT))
    sql = "SELECT id, tags FROM post WHERE tags IS NOT NULL"
    assert asked(old, new) == [("post_tag.label", sql)]


def test_a_new_table_with_two_places_for_the_values() -> None:
    old = snapshot(*POST, column("post", "tags", **TEXT))
    new = snapshot(*POST, *TAGS, column("post_tag", "label", **TEXT), column("post_tag", "slug", **TEXT))
    assert asked(old, new) == []


@pytest.mark.parametrize(
    ("statement", "thought_of"),
    [
        ("ALTER TABLE a DROP COLUMN is_active", False),
        ("ALTER TABLE a ADD COLUMN status text, DROP COLUMN is_active", False),
        ("CREATE INDEX ix ON a (status)", False),
        ("UPDATE a SET other = 1", False),
        ("UPDATE a SET status = 'new'", True),
        ("SELECT id, is_active FROM a", True),
        ('DO $$ BEGIN UPDATE a SET "status" = 1; END $$', True),
        ("ALTER TABLE a RENAME COLUMN is_active TO status", True),
        ("ALTER TABLE a ALTER COLUMN is_active TYPE text USING is_active::text", True),
    ],
)
def test_what_speaks_of_the_values(statement: str, thought_of: bool) -> None:
    (pair,) = likely_conversions.found(OLD, NEW, Answers())
    assert likely_conversions.is_thought_of(pair, [statement]) is thought_of
