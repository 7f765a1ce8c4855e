"""Which statements of an author's speak of a column or a table, under any of its names."""

import pytest

from bot.migration.proof.declared_changes import DeclaredChanges

RENAMES = "ALTER TABLE s.t RENAME COLUMN a TO b"
TABLE_RENAMED = "ALTER TABLE s.old RENAME TO t"


def assigned(sql: str, *columns: tuple[str, str, str]) -> list[str]:
    return [found.column for found in DeclaredChanges(tuple(sql.split("; "))).assignments(*columns)]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("UPDATE t SET b = 1", ["b"]),
        ("UPDATE s.t SET b = 1", ["b"]),
        ("UPDATE other.t SET b = 1", []),
        ("UPDATE u SET b = 1", []),
        ("UPDATE t SET c = 1", []),
        ("DELETE FROM t", []),
        ("UPDATE t SET b = 1; UPDATE t SET b = 2", ["b", "b"]),
        ("DELETE FROM t; UPDATE t SET b = 1", ["b"]),
        # A name before the renaming, and none that another column or a table got.
        (f"UPDATE t SET a = 1; {RENAMES}", ["a"]),
        (f"UPDATE t SET b = 1; {RENAMES}", ["b"]),
        (f"UPDATE t SET c = 1; {RENAMES}", []),
        ("UPDATE t SET a = 1; ALTER TABLE s.t RENAME COLUMN a TO c", []),
        ("UPDATE t SET a = 1; ALTER TABLE s.a RENAME TO b", []),
        # The table's former name, and none of another table or of a column.
        (f"UPDATE old SET b = 1; {TABLE_RENAMED}", ["b"]),
        (f"UPDATE t SET b = 1; {TABLE_RENAMED}", ["b"]),
        (f"UPDATE other.old SET b = 1; {TABLE_RENAMED}", []),
        ("UPDATE old SET b = 1; ALTER TABLE s.old RENAME TO u", []),
        ("UPDATE u SET b = 1; ALTER TABLE s.u RENAME COLUMN x TO t", []),
    ],
)
def test_assignments(sql: str, expected: list[str]) -> None:
    assert assigned(sql, ("s", "t", "b")) == expected


def test_an_assignment_that_several_names_mean_is_there_once() -> None:
    assert assigned("UPDATE t SET b = 1", ("s", "t", "b"), ("s", "t", "b"), ("r", "t", "b")) == ["b"]
    assert assigned("UPDATE t SET a = 1; UPDATE u SET b = 1", ("s", "t", "a"), ("s", "u", "b")) == ["a", "b"]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (RENAMES, True),
        ("ALTER TABLE t RENAME COLUMN a TO b", True),
        ("ALTER TABLE u RENAME COLUMN a TO b", False),
        ("ALTER TABLE s.t RENAME COLUMN a TO c", False),
        ("ALTER TABLE s.t RENAME TO b", False),
        ("UPDATE t SET b = 1", False),
        (f"ALTER TABLE old RENAME COLUMN a TO b; {TABLE_RENAMED}", True),
        ("", False),
    ],
)
def test_a_column_that_gets_the_name_of_another(sql: str, expected: bool) -> None:
    assert DeclaredChanges(tuple(sql.split("; "))).is_renamed_to(("s", "t", "b")) is expected


@pytest.mark.parametrize(
    ("sql", "deleted", "inserted"),
    [
        ("DELETE FROM t", 1, 0),
        ("DELETE FROM s.t WHERE a = 1", 1, 0),
        ("DELETE FROM other.t", 0, 0),
        ("DELETE FROM v", 0, 0),
        ("DELETE FROM u", 1, 0),
        ("INSERT INTO t VALUES (1)", 0, 1),
        ("INSERT INTO u SELECT 1", 0, 1),
        ("INSERT INTO other.t VALUES (1)", 0, 0),
        ("INSERT INTO v VALUES (1)", 0, 0),
        ("UPDATE t SET a = 1", 0, 0),
        # What is done to a table that is to take another one's place is not done to that one.
        ("INSERT INTO new VALUES (1); DELETE FROM new; ALTER TABLE s.new RENAME TO t", 0, 0),
    ],
)
def test_rows_that_go_and_come(sql: str, deleted: int, inserted: int) -> None:
    declared, tables = DeclaredChanges(tuple(sql.split("; "))), (("s", "t"), ("s", "u"))
    assert (len(declared.deletions(*tables)), len(declared.insertions(*tables))) == (deleted, inserted)
