"""What the words of statements say, whatever comments and other statements stand beside them."""

import pytest

from bot.migration.trace import wording


@pytest.mark.parametrize(
    ("sql", "defines"),
    [
        ("SELECT 1", False),
        ("/* ALTER TABLE a */ (SELECT 1)", False),
        ("SET x = 1; UPDATE a SET b = 1", False),
        ("SELECT 1; -- and\nALTER TABLE a ADD b int", True),
        ("DO $$ SELECT 1 $$", True),
    ],
)
def test_definitions(sql: str, defines: bool) -> None:
    assert wording.is_definition(sql) is defines


@pytest.mark.parametrize(
    ("sql", "safe"),
    [
        ("CREATE UNIQUE INDEX\n CONCURRENTLY a ON b (c)", True),
        ("REINDEX (VERBOSE) TABLE CONCURRENTLY a", True),
        ("REINDEX TABLE a", False),
        ("VACUUM (ANALYZE) a", True),
        ("VACUUM FULL a", False),
        ("UPDATE a SET b = 'ALTER TABLE'", True),
        ("COMMIT; ALTER TABLE a ADD b int", False),
        ("LOCK TABLE a", False),
        ("ALTER TYPE a ADD VALUE 'b'", True),
        ("ALTER TABLE a VALIDATE CONSTRAINT b", True),
        ("ALTER TABLE a VALIDATE CONSTRAINT b, ADD c int", False),
        ("DO $$ BEGIN LOOP UPDATE a SET b = 1; COMMIT; END LOOP; END $$", True),
        ("DO $$ BEGIN COMMIT; ALTER TABLE a ADD b int; END $$", False),
        ("DO $$ BEGIN EXECUTE 'ALTER TABLE a'; END $$", False),
    ],
)
def test_what_the_manual_says_keeps_nobody_out(sql: str, safe: bool) -> None:
    assert wording.keeps_nobody_out(sql) is safe


@pytest.mark.parametrize(
    ("sql", "works"),
    [
        ("ALTER TABLE a ADD b int; UPDATE a SET b = 1", True),
        ("UPDATE a SET b = 1; ALTER TABLE a ADD c int", False),
        ("LOCK TABLE a; UPDATE a SET b = 1", True),
        ("ALTER TABLE a ADD b int", False),
        ("CALL fill()", True),
    ],
)
def test_work_after_a_lock(sql: str, works: bool) -> None:
    assert wording.works_after_locking(sql) is works


@pytest.mark.parametrize(
    ("sql", "refuses"),
    [
        ("ALTER TABLE a ADD COLUMN b INTEGER NOT NULL", True),
        ('ALTER TABLE ONLY s."a" ADD b numeric(9, 2) not null', True),
        ("ALTER TABLE a ADD COLUMN b INTEGER DEFAULT 1 NOT NULL", False),
        ("ALTER TABLE a ADD COLUMN b SERIAL NOT NULL", False),
        ("ALTER TABLE a ADD COLUMN b int GENERATED ALWAYS AS IDENTITY NOT NULL", False),
        ("ALTER TABLE a ADD COLUMN b int", False),
        ("ALTER TABLE a ALTER b SET NOT NULL", False),
        ("ALTER TABLE a ADD b int NOT NULL, ADD c int DEFAULT 1", False),
        ("ALTER TABLE a ADD b int NOT NULL; ALTER TABLE c ALTER d SET NOT NULL", False),
        ("SET lock_timeout = '3s'; ALTER TABLE a ADD b int NOT NULL", True),
        ("SELECT 1", False),
    ],
)
def test_a_required_column_with_nothing_in_it(sql: str, refuses: bool) -> None:
    assert wording.refuses_rows(sql) is refuses
