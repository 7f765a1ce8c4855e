import pytest

from bot.sqltext.constants import constants


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE post SET author_id = 1 WHERE author_id IS NULL", [("author_id", "1")]),
        ("UPDATE post SET a = 12, b = 'x'", [("a", "12"), ("b", "x")]),
        ("UPDATE post SET author_id = COALESCE(author_id, 7)", [("author_id", "7")]),
        ("UPDATE post SET author_id = CASE WHEN v = 'a' THEN 3 ELSE 4 END", [("author_id", "3"), ("author_id", "4")]),
        ("INSERT INTO post (author_id, v) VALUES (1, v), (20, v)", [("author_id", "1"), ("author_id", "20")]),
        ("INSERT INTO post (author_id, v) SELECT 1, name FROM other", [("author_id", "1")]),
        ("ALTER TABLE post ADD COLUMN author_id INTEGER DEFAULT '1' REFERENCES account (id)", [("author_id", "1")]),
        ("ALTER TABLE post ADD author_id integer DEFAULT 1", [("author_id", "1")]),
        ("UPDATE post SET author_id = 'a-b'::uuid", [("author_id", "a-b")]),
        # What is computed, looked up or sent apart.
        ("UPDATE post SET author_id = author_id + 1", []),
        ("UPDATE post SET author_id = (SELECT id FROM account WHERE name = 'x')", []),
        ("UPDATE post SET author_id = least(1, 2)", []),
        ("UPDATE post SET author_id = %(author)s", []),
        ("UPDATE post SET author_id = NULL", []),
        ("ALTER TABLE post ALTER COLUMN author_id SET DEFAULT 1", []),
        ("INSERT INTO post SELECT 1", []),
    ],
)  # fmt: skip
def test_constants(sql: str, found: list[tuple[str, str]]) -> None:
    assert [(one.column, one.value) for one in constants(sql)] == found
