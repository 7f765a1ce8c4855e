"""What statements say of rows."""

import pytest

from bot.sqltext.dml import effects, limit, writes_rows
from bot.sqltext.row_effects import Assignment, Deletion, Insertion, Renaming, TableName


def assignments(sql: str) -> list[tuple[str, str, bool, bool]]:
    """Table, column, whether the value is derived from the column, whether the condition names it."""
    return [(e.table.name, e.column, e.is_derived, e.is_mapping) for e in effects([sql]) if isinstance(e, Assignment)]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("UPDATE t SET a = btrim(a)", [("t", "a", True, False)]),
        ("UPDATE t SET a = b, c = lower(c) WHERE a IS NULL", [("t", "a", False, True), ("t", "c", True, False)]),
        ("update only public.t x set a = (select max(q), 1 from u where u.id = x.id)", [("t", "a", False, False)]),
        ('UPDATE "My ""T" SET "A.b" = \'A.b\'', [('My "T', "A.b", False, False)]),
        ("UPDATE t SET (a, b) = (b, a)", [("t", "a", False, False), ("t", "b", False, False)]),
        ("UPDATE t SET a = u.x FROM u WHERE u.id = t.id", [("t", "a", False, False)]),
        ("UPDATE t SET a = %(a)s WHERE t.id = %(id)s", [("t", "a", True, False)]),
        ("UPDATE t SET b = %(a)s WHERE t.id = %(b)s", [("t", "b", True, False)]),
        ("UPDATE t SET a = $1::VARCHAR WHERE t.id = $2", [("t", "a", True, False)]),
        ("WITH u AS (SELECT 1) UPDATE t SET a = 0 -- a\n", [("t", "a", False, False)]),
        ("ALTER TABLE t ALTER COLUMN v TYPE integer USING 0", [("t", "v", False, False)]),
        ("ALTER TABLE t ADD x int, ALTER v TYPE integer USING v::integer", [("t", "v", True, False)]),
        ("ALTER TABLE t ALTER v TYPE timestamptz USING v AT TIME ZONE 'Europe/Zurich'", [("t", "v", True, False)]),
        (
            "DO $$ BEGIN FOR r IN SELECT x FROM u FOR UPDATE LOOP UPDATE t SET a = lower(a); END LOOP; END $$",
            [("t", "a", True, False)],
        ),
        ("CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN UPDATE t SET a = 1; END $$", []),
        ("SELECT id FROM t FOR UPDATE", []),
        ("INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 1", []),
        ("CREATE TABLE t (p int REFERENCES p ON UPDATE CASCADE)", []),
        ("UPDATE", []),
    ],
)
def test_assignments(sql: str, expected: list[tuple[str, str, bool, bool]]) -> None:
    assert assignments(sql) == expected


@pytest.mark.parametrize(
    ("sql", "unjoined"),
    [
        ("UPDATE o SET a = u.a FROM u", True),
        ("UPDATE o SET a = u.a FROM u WHERE u.active AND u.a IS NOT NULL", True),
        ("UPDATE o SET a = u.a FROM u WHERE u.kind = 'x.y'", True),
        ("UPDATE o SET a = u.a FROM u WHERE u.id = o.u_id", False),
        ("UPDATE o SET a = u.a FROM users AS u WHERE u_id = u.id", False),
        ('UPDATE o SET a = "U".a FROM "U" WHERE "U".id = 3', True),
        ("UPDATE o SET a = s.a FROM (SELECT max(a) AS a FROM u) s", False),
        ("UPDATE o SET a = u.a FROM u JOIN v ON v.id = u.v_id WHERE v.o_id = o.id", False),
        ("UPDATE o SET a = now() FROM o b WHERE o.id > b.id AND o.email = b.email", False),
        ("UPDATE o SET a = b.a FROM o AS b WHERE b.id > 3", True),
        ("UPDATE o SET a = 1 WHERE b IS DISTINCT FROM 2", False),
        ("UPDATE o SET a = u.a FROM u WHERE u.id IS NOT DISTINCT FROM o.u_id", False),
        ("UPDATE o SET a = u.a FROM u WHERE u.id IS NOT DISTINCT FROM 3", True),
        ("UPDATE o SET a = 1", False),
    ],
)
def test_updates_that_read_another_table_without_a_join(sql: str, unjoined: bool) -> None:
    assert [e.is_unjoined for e in effects([sql]) if isinstance(e, Assignment)] == [unjoined]


def test_deletions_insertions_and_new_names() -> None:
    found = effects(
        [
            "DELETE FROM ONLY shop.t USING u WHERE t.id = u.id",
            "INSERT INTO t (k) VALUES ('admin')",
            "INSERT INTO t SELECT * FROM t",
            "COPY shop.t (a, b) FROM STDIN WITH (FORMAT csv)",
            "COPY t (a) TO STDOUT",
            "COPY (SELECT a FROM t) TO STDOUT",
            "ALTER TABLE t2 RENAME TO t",
            "ALTER TABLE IF EXISTS t RENAME COLUMN a TO b",
            "CREATE TABLE t (p int REFERENCES p ON DELETE CASCADE)",
        ]
    )
    assert [(type(e), e.table) for e in found] == [
        (Deletion, TableName("shop", "t")),
        (Insertion, TableName("", "t")),
        (Insertion, TableName("", "t")),
        (Insertion, TableName("shop", "t")),
        (Renaming, TableName("", "t2")),
        (Renaming, TableName("", "t")),
    ]
    assert [e.copies for e in found if isinstance(e, Insertion)] == [False, True, False]
    assert [(e.column, e.new_name) for e in found if isinstance(e, Renaming)] == [("", "t"), ("a", "b")]


@pytest.mark.parametrize(
    ("sql", "each_once"),
    [
        ("INSERT INTO t SELECT a FROM u", False),
        ("INSERT INTO t SELECT DISTINCT a FROM u", True),
        ("INSERT INTO t SELECT a FROM u ON CONFLICT DO NOTHING", True),
        ("INSERT INTO t SELECT a FROM u WHERE NOT EXISTS (SELECT FROM t WHERE t.a = u.a)", True),
        ("INSERT INTO t SELECT a FROM u GROUP BY a", True),
    ],
)
def test_insertions_that_see_to_twins(sql: str, each_once: bool) -> None:
    assert [e.each_once for e in effects([sql]) if isinstance(e, Insertion)] == [each_once]


@pytest.mark.parametrize(
    "sql",
    ["insert into t values (1)", "-- x\nDELETE FROM t", "WITH a AS (x) UPDATE t SET b = 1", "COPY t (a) FROM STDIN"],
)
def test_statements_that_change_rows(sql: str) -> None:
    assert writes_rows(sql)


@pytest.mark.parametrize(
    "sql",
    [
        *("SELECT 1", "ALTER TABLE t ADD x int", "WITH a AS (SELECT 1) SELECT * FROM a", ""),
        *("COPY t (a) TO STDOUT", "COPY (SELECT a FROM t) TO STDOUT"),
    ],
)
def test_statements_that_do_not(sql: str) -> None:
    assert not writes_rows(sql)


@pytest.mark.parametrize(
    ("sql", "derived"),
    [
        ("UPDATE t SET (a, b) = (b, a)", {"a": False, "b": False}),
        ("UPDATE t SET (a, b) = ROW (trim(a), lower(b))", {"a": True, "b": True}),
        ("UPDATE t SET (a, b) = (upper(a), a)", {"a": True, "b": False}),
        ("UPDATE t SET (a, b) = (SELECT b, a FROM other)", {"a": False, "b": False}),
    ],
)
def test_each_column_of_a_row_has_a_value_of_its_own(sql: str, derived: dict[str, bool]) -> None:
    found = [effect for effect in effects([sql]) if isinstance(effect, Assignment)]
    assert {one.column: one.is_derived for one in found} == derived


@pytest.mark.parametrize(("sql", "read"), [("UPDATE t SET a = %(a)s", False), ("UPDATE t SET a = a || %(a)s", True)])
def test_a_parameter_is_no_column(sql: str, read: bool) -> None:
    (found,) = effects([sql])
    assert isinstance(found, Assignment)
    assert (found.reads_itself, found.is_derived) == (read, True)


@pytest.mark.parametrize(
    ("value", "constant"),
    [
        ("''", True),
        ("0", True),
        ("NULL", True),
        ("now()", True),
        ("b", False),
        ("coalesce(b, '')", False),
        ("%(x)s", False),
        ("(SELECT b FROM u)", False),
    ],
)
def test_values_that_are_the_same_for_all_rows(value: str, constant: bool) -> None:
    (found,) = effects([f"UPDATE t SET a = {value}"])
    assert isinstance(found, Assignment)
    assert found.is_constant is constant


@pytest.mark.parametrize(
    ("value", "copied"),
    [
        ("b", True),
        ("t.b", True),
        ("COALESCE(c, b, '')", True),
        ("CASE WHEN c IS NULL THEN b ELSE c END", True),
        ("CASE WHEN b THEN 'yes' ELSE 'no' END", False),
        ("CASE b WHEN c THEN 'yes' ELSE c END", False),
        ("b || c", False),
        ("b.id", False),  # the table, not the column
        ("lower(b)", False),
        ("'b'", False),
    ],
)
def test_values_that_are_copied_as_they_are(value: str, copied: bool) -> None:
    (found,) = effects([f"UPDATE t SET a = {value}"])
    assert isinstance(found, Assignment)
    assert found.copies("b") is copied


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t LIMIT 500)", "500"),
        ("DELETE FROM t WHERE id IN (SELECT id FROM t FETCH FIRST 20 ROWS ONLY)", "20"),
        ("UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t LIMIT %(n)s)", "a number of"),
        ("UPDATE t SET a = (SELECT id FROM u ORDER BY at LIMIT 1)", ""),
        ("UPDATE t SET a = (SELECT id FROM u FETCH FIRST ROW ONLY)", ""),
        ("SELECT id FROM t LIMIT 500", "500"),
        ("WITH some AS (SELECT id FROM t) SELECT id FROM some LIMIT 500", "500"),
        ("SELECT id FROM t LIMIT 1", ""),
        ("ALTER TABLE t ALTER COLUMN a SET DEFAULT 'limit 500'", ""),
        ("UPDATE t SET a = 1", ""),
    ],
)
def test_statements_for_some_rows_at_a_time(sql: str, expected: str) -> None:
    assert limit(sql) == expected


@pytest.mark.parametrize(
    ("value", "cast"), [("k::text::kind", True), ('k::public."Kind"', True), ("lower(k)", False), ("k || 'x'", False)]
)
def test_types_that_take_values_as_they_are(value: str, cast: bool) -> None:
    (found,) = effects([f"ALTER TABLE t ALTER k TYPE kind USING {value}"])
    assert isinstance(found, Assignment)
    assert found.is_cast is cast


def test_what_a_merge_does_with_the_rows_that_it_merges_into() -> None:
    """Before: it said nothing, and what it changed counted as changed by accident."""
    sql = (
        "MERGE INTO shop.t AS x USING v ON v.id = x.id"
        " WHEN MATCHED AND v.gone THEN DELETE"
        " WHEN MATCHED THEN UPDATE SET s = CASE WHEN v.s = 'a' THEN x.s ELSE v.s END, n = 0"
        " WHEN NOT MATCHED THEN INSERT (s) VALUES (v.s)"
    )
    table = TableName("shop", "t")
    deletion, s, n, insertion = effects([sql])
    assert (deletion, insertion) == (Deletion(table, sql), Insertion(table, True, sql))
    assert isinstance(s, Assignment)
    assert isinstance(n, Assignment)
    assert [(s.table, s.column, s.reads_itself), (n.column, n.value)] == [(table, "s", True), ("n", ("0",))]


@pytest.mark.parametrize("call", ["SELECT shop.fix(1)", "CALL fix()", "DO $$ BEGIN PERFORM fix(); END $$"])
@pytest.mark.parametrize(
    "body", ["$$ UPDATE t SET a = 1 $$", "$x$ BEGIN UPDATE t SET a = 1; END $x$", "'UPDATE t SET a = 1'"]
)
def test_a_routine_does_what_it_does_where_it_is_called(call: str, body: str) -> None:
    made = f"CREATE OR REPLACE FUNCTION shop.fix(x integer) RETURNS void LANGUAGE plpgsql AS {body}"
    (found,) = effects([made, call])
    assert isinstance(found, Assignment)
    assert (found.table.name, found.column, found.sql) == ("t", "a", made)
    assert effects([made, "SELECT other(1)"]) == []


def test_of_statements_that_are_sent_together_each_speaks_for_itself() -> None:
    """Before: an UPDATE had the WHERE of a later one, and of several new names the last one alone was seen."""
    sent = "ALTER TABLE t RENAME a TO b; UPDATE t SET x = 1; UPDATE u SET y = 2 WHERE z = 3; INSERT INTO v VALUES (1)"
    renamed, x, y, inserted = effects([f"{sent}; SELECT 1"])
    assert isinstance(renamed, Renaming)
    assert isinstance(x, Assignment)
    assert isinstance(y, Assignment)
    assert isinstance(inserted, Insertion)
    assert (renamed.column, x.where, y.where, inserted.copies) == ("a", (), ("z", "=", "3"), False)
