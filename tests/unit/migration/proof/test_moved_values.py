"""Values that leave a column which is dropped: which of them a migration leaves out, and which come back as others."""

import pytest

from bot.migration.intent.expected_data import ExpectedData
from bot.migration.proof import moved_values
from bot.migration.proof.declared_changes import DeclaredChanges
from bot.migration.proof.losses import RowChange
from bot.migration.proof.rows import RowSnapshot, TableRows
from bot.model import ObjectKey
from bot.schema.snapshots import Snapshot

T = ("public", "t")


def schema(*columns: str, table: str = "t") -> Snapshot:
    found = {ObjectKey("column", "public", table, name): {"generated": None, "not_null": False} for name in columns}
    key = ObjectKey("constraint", "public", table, "pk")
    return Snapshot({ObjectKey("table", "public", "", table): {}, **found, key: {"type": "p", "columns": ["id"]}})


def rows(columns: str, *content: tuple[str | None, ...], table: str = "t") -> RowSnapshot:
    return RowSnapshot({("public", table): TableRows(tuple(columns.split()), content)})


def returned(sql: str, *after: tuple[str | None, ...]) -> list[tuple[str, str | None, str | None, str | None]]:
    old, target = schema("id", "a", "b"), schema("id", "c")
    before = rows("id a b", ("1", "x", "k"), ("2", "y", None))
    found = moved_values.returned_otherwise(
        before, rows("id a b", *after), (old, target), ExpectedData(), DeclaredChanges((sql,))
    )
    return [(change.kind, change.column, change.value, change.instead) for change in found]


def test_what_comes_back_as_it_was_is_fine() -> None:
    assert returned("UPDATE t SET a = c, b = c", ("1", "x", "k"), ("2", "y", None)) == []


def test_what_comes_back_as_something_else() -> None:
    sql = "UPDATE t SET a = coalesce(c, ''), b = coalesce(c, '')"
    assert returned(sql, ("1", "x", "k"), ("2", "y z", "")) == [
        ("returned otherwise", "a", "y", "y z"),
        ("returned otherwise", "b", None, ""),
    ]


@pytest.mark.parametrize("sql", ["UPDATE t SET a = ''", "UPDATE t SET a = now()", "ALTER TABLE t ADD a text", ""])
def test_a_filler_brings_nothing_back(sql: str) -> None:
    assert returned(sql, ("1", "0", None), ("2", "1", None)) == []


def test_another_column_that_gets_the_name() -> None:
    sql = "ALTER TABLE t RENAME c TO a"
    assert returned(sql, ("1", "x", "k"), ("2", "y", None)) == []
    assert returned(sql, ("1", "x", "k"), ("2", "z", None)) == [("returned otherwise", "a", "y", "z")]
    assert returned("ALTER TABLE u RENAME c TO a", ("1", "x", "k"), ("2", "z", None)) == []


@pytest.mark.parametrize("where", ["c", "c = 3 AND id > 0", "EXISTS (SELECT FROM u WHERE u.id = t.id)"])
def test_a_constant_in_rows_that_other_columns_pick_is_made_of_their_values(where: str) -> None:
    """Before: it was a filler, and what the condition does not pick stayed NULL without a word."""
    sql = f"UPDATE t SET a = 'x' WHERE {where}"
    assert returned(sql, ("1", "x", None), ("2", None, None)) == [("returned otherwise", "a", "y", None)]
    assert returned("UPDATE t SET a = 'x' WHERE a IS NULL", ("1", "x", None), ("2", None, None)) == []


def test_one_value_for_all_is_a_filler_however_it_was_computed() -> None:
    assert returned("UPDATE t SET a = %(a)s", ("1", "", None), ("2", "", None)) == []


def test_what_is_looked_up_in_vain_does_not_come_back() -> None:
    found = returned("UPDATE t SET a = (SELECT name FROM u WHERE u.id = t.c)", ("1", None, "k"), ("2", None, None))
    assert found == [("returned otherwise", "a", "x", None)]


def test_where_a_value_stayed_in_its_row_one_other_is_no_filler() -> None:
    found = returned("UPDATE t SET a = %(a)s", ("1", "x", None), ("2", "z", None))
    assert found == [("returned otherwise", "a", "y", "z")]


def test_computed_values_that_differ_are_no_filler() -> None:
    found = returned("UPDATE t SET a = %(a)s", ("1", "p", None), ("2", "q", None))
    assert found == [("returned otherwise", "a", "x", "p")]


def test_one_statement_that_makes_values_of_others_is_enough() -> None:
    sql = "UPDATE t SET a = (SELECT name FROM u WHERE u.id = t.c)"
    before, after = rows("id a", ("1", "x")), rows("id a", ("1", None))
    declared = DeclaredChanges(("UPDATE t SET a = NULL", sql))
    schemas = schema("id", "a"), schema("id", "c")
    (change,) = moved_values.returned_otherwise(before, after, schemas, ExpectedData(), declared)
    assert (change.kind, change.value, change.instead) == ("returned otherwise", "x", None)


def test_one_value_for_all_is_a_filler_whatever_gave_it() -> None:
    before, after = rows("id a", ("1", "x"), ("2", "y")), rows("id a", ("1", "k"), ("2", "k"))
    declared = DeclaredChanges(("UPDATE t SET a = 'k'", "UPDATE t SET a = %(a)s"))
    schemas = schema("id", "a"), schema("id", "c")
    assert list(moved_values.returned_otherwise(before, after, schemas, ExpectedData(), declared)) == []


def test_rows_are_known_by_what_never_went() -> None:
    before, after = rows("id a", ("1", "x"), ("2", "y")), rows("id a", ("1", "y"), ("2", "x"))
    schemas, declared = (schema("id", "a"), schema("id", "c")), DeclaredChanges(("UPDATE t SET a = c",))
    (change,) = moved_values.returned_otherwise(before, after, schemas, ExpectedData(), declared)
    assert (change.kind, change.rows) == ("returned otherwise", 2)


def test_values_that_a_new_type_takes_as_they_are_are_not_brought_back_by_it() -> None:
    assert returned("ALTER TABLE t ALTER a TYPE text USING a::text", ("1", "x", "k"), ("2", "z", None)) == []


def test_a_table_that_comes_back_with_fewer_rows() -> None:
    before = rows("id a", ("1", "x"), ("2", "y"))
    declared = DeclaredChanges(("INSERT INTO t SELECT id, a FROM u",))
    schemas = schema("id", "a"), schema("id", "a", table="u")
    (change,) = moved_values.returned_otherwise(before, rows("id a", ("1", "x")), schemas, ExpectedData(), declared)
    assert change == RowChange("not returned", "warning", T, None, "downgrade", 1)


def test_rows_that_are_gone_from_a_table_that_nothing_fills_are_others_to_tell() -> None:
    assert returned("ALTER TABLE t RENAME c TO a", ("1", "x", "k")) == []


def test_a_table_that_comes_back_with_all_its_rows_and_another_value() -> None:
    before, after = rows("id a", ("1", "x"), ("2", "y")), rows("id a", ("1", "x"), ("2", "z"))
    declared = DeclaredChanges(("INSERT INTO t SELECT id, a FROM u",))
    schemas = schema("id", "a"), schema("id", "a", table="u")
    (change,) = moved_values.returned_otherwise(before, after, schemas, ExpectedData(), declared)
    assert change == RowChange("returned otherwise", "warning", T, "a", "downgrade", 1, "y", "z")


def left_out(sql: str, *after: tuple[str | None, ...]) -> list[tuple[str | None, str | None, int]]:
    before = rows("id a b", ("1", "x", "k"), ("2", None, "l"))
    schemas = schema("id", "a", "b"), schema("id", "c")
    found = moved_values.left_out(before, rows("id c", *after), schemas, ExpectedData(), DeclaredChanges((sql,)))
    return [(change.column, change.value, change.rows) for change in found]


def test_two_columns_that_become_one_lose_what_the_first_hides() -> None:
    assert left_out("UPDATE t SET c = COALESCE(a, b)", ("1", "x"), ("2", "l")) == [("b", "k", 1)]
    assert left_out("UPDATE t SET c = COALESCE(t.a, t.b)", ("1", "x"), ("2", "l")) == [("b", "k", 1)]


def test_a_condition_that_copies_some_rows_alone() -> None:
    assert left_out("UPDATE t SET c = b WHERE a IS NULL", ("1", None), ("2", "l")) == [("b", "k", 1)]


@pytest.mark.parametrize("sql", ["UPDATE t SET c = a || b", "UPDATE t SET c = lower(b)", "UPDATE t SET c = 'b'"])
def test_what_is_made_of_a_value_need_not_be_the_value(sql: str) -> None:
    assert left_out(sql, ("1", "x"), ("2", "l")) == []


@pytest.mark.parametrize("after", [RowSnapshot({}), rows("id", ("1",), ("2",))], ids=["no table", "no column"])
def test_where_nothing_came_all_values_are_left_out(after: RowSnapshot) -> None:
    schemas = schema("id", "b"), schema("id", "c")
    declared = DeclaredChanges(("UPDATE t SET c = b",))
    (change,) = moved_values.left_out(rows("b id", ("k", "1"), ("l", "2")), after, schemas, ExpectedData(), declared)
    assert change == RowChange("left out", "warning", T, "b", "upgrade", 2, "k", None, "UPDATE t SET c = b")


def test_a_column_that_stays_has_its_values_and_one_that_nobody_read_has_none_to_lose() -> None:
    declared = DeclaredChanges(("UPDATE t SET c = b WHERE id = 1",))
    stays = schema("id", "b"), schema("id", "b", "c")
    after = rows("id b c", ("1", "k", "k"), ("2", "l", None))
    assert (
        list(moved_values.left_out(rows("id b", ("1", "k"), ("2", "l")), after, stays, ExpectedData(), declared)) == []
    )
    unread = schema("id", "b"), schema("id", "c")
    assert list(moved_values.left_out(rows("id", ("1",), ("2",)), after, unread, ExpectedData(), declared)) == []


def test_a_generated_column_has_no_values_of_its_own() -> None:
    old = schema("id", "b")
    old.objects[ObjectKey("column", "public", "t", "b")]["generated"] = "s"
    schemas, declared = (old, schema("id", "c")), DeclaredChanges(("UPDATE t SET c = b WHERE id = 1",))
    before, after = rows("id b", ("1", "k"), ("2", "l")), rows("id c", ("1", "k"), ("2", None))
    assert list(moved_values.left_out(before, after, schemas, ExpectedData(), declared)) == []
