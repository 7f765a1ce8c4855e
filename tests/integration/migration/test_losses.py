"""What became of rows, judged: statements are run on real tables, and each says what the classifier makes of it.

Every case has a copy of the tables.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.database.databases import Databases
from bot.migration.intent.expected_data import ExpectedData
from bot.migration.proof import rows
from bot.migration.proof.casts_by_server import ServerCasts
from bot.migration.proof.comparison import columns_of, compare_rows, keys_of, retyped
from bot.migration.proof.declared_changes import DeclaredChanges
from bot.migration.proof.losses import Classifier, Judgement
from bot.migration.proof.refusals import Refusals
from bot.schema.snapshots import Snapshot, take

TABLES = """
CREATE TYPE mood AS ENUM ('Glad', 'sad');
CREATE TABLE team (id integer PRIMARY KEY, name text);
CREATE TABLE t (
    id integer PRIMARY KEY, a text, b text, n integer, price numeric(9, 4),
    team_id integer REFERENCES team ON DELETE SET NULL, boss_id integer REFERENCES team ON DELETE CASCADE
);
CREATE TABLE priced (price numeric(9, 4) PRIMARY KEY, at timestamptz UNIQUE, word text);
CREATE TABLE seat (team_id integer, t_id integer, PRIMARY KEY (team_id, t_id));
INSERT INTO seat VALUES (1, 1), (2, 1);
INSERT INTO priced VALUES (1.5, '2024-01-01 10:00', 'x'), (2.25, NULL, 'y'), (3.1234, NULL, 'y'), (10, NULL, NULL);
INSERT INTO team VALUES (1, 'x'), (2, 'x'), (3, 'y');
INSERT INTO t VALUES
    (1, 'one', 'k', 10, 1.2345, 1, NULL), (2, 'two', NULL, 20, 2.5, 2, 2), (3, 'three', 'l', NULL, 3.5, 3, NULL);
"""
TO_TEXT = "ALTER TABLE t ALTER n TYPE text"


@dataclass(frozen=True)
class Said:
    """What a judgement says, as words: losses as `lost`, values of a type as `values`."""

    words: list[str]

    @classmethod
    def of(cls, judgement: Judgement) -> "Said":
        lost = [f"lost {'.'.join(filter(None, (loss.table[1], loss.column)))} {loss.rows}" for loss in judgement.lost]
        declared = {True: "declared", False: "undeclared"}
        values = [f"values {found.new.name} {found.rows} {declared[found.declared]}" for found in judgement.values]
        changes = [
            f"{change.kind} {'.'.join(filter(None, (change.table[1], change.column)))} {change.rows} {change.severity}"
            for change in judgement.changes
        ]
        return cls(sorted(lost + values + changes))


@pytest.fixture(scope="module")
def name(databases: Databases) -> str:
    made = databases.create("losses")
    with closing(databases.address(made).connect()) as connection, connection.cursor() as cursor:
        cursor.execute(TABLES)
    return made


@pytest.fixture
def connection(databases: Databases, name: str) -> Iterator[Connection]:
    """To a copy of the tables."""
    with databases.temporary("step", name) as copy, closing(databases.address(copy).connect()) as made:
        made.autocommit = True
        yield made


def judged(
    connection: Connection, sql: str, expected: ExpectedData, *, declared: bool | str, refusing: bool, **more: Any
) -> tuple[Judgement, Said]:
    """`declared` are other statements than those that are run, where a program is to have sent its values apart."""
    old = take(connection)
    before = rows.read(connection, old)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    new = take(connection)
    after = rows.read(connection, new)
    others = retyped(old, new, expected)
    found = list(compare_rows(before, after, columns_of(new), keys_of(old), expected, others))
    sent = declared if isinstance(declared, str) else sql
    said = DeclaredChanges(tuple(sent.split("; ")) if declared else ())
    connection.autocommit = False
    casts = ServerCasts(connection)
    refusals = Refusals(old, new, after, expected, casts) if refusing else None
    given = {"step": "upgrade", "old": old, "new": new, "expected": expected, "declared": said, **more}
    judgement = Classifier(casts=casts, refusals=refusals, **given).classify(found)
    return judgement, Said.of(judgement)


# What is said of an author's statements, and what of the same change where nobody declares it.
CASES: dict[str, tuple[list[str], list[str]]] = {
    "SELECT 1": ([], []),
    # Keys that are written in another way.
    "ALTER TABLE priced ALTER price TYPE text": ([], []),
    "ALTER TABLE priced ALTER price TYPE numeric(9, 2)": (["values price 1 undeclared"], ["values price 1 undeclared"]),
    "ALTER TABLE priced ALTER price TYPE text USING price::numeric(9, 1)::text": (
        ["rewritten priced.price 3 notice"],
        ["lost priced.price 3"],
    ),
    "DELETE FROM priced WHERE price = 10; ALTER TABLE priced ALTER price TYPE text": (
        ["deleted priced 1 warning"],
        ["lost priced 1"],
    ),
    # Rows that go.
    "DELETE FROM t WHERE id = 1": (["deleted t 1 warning"], ["lost t 1"]),
    "DELETE FROM t": (["lost t 3"], ["lost t 3"]),
    "DELETE FROM team WHERE id = 2": (
        ["deleted t 1 warning", "deleted team 1 warning"],
        ["lost t 1", "lost team 1"],
    ),
    "DELETE FROM team WHERE id = 3": (
        ["deleted team 1 warning", "replaced t.team_id 1 warning"],
        ["lost t.team_id 1", "lost team 1"],
    ),
    "DELETE FROM t WHERE b IS NULL; ALTER TABLE t ALTER b SET NOT NULL": (["refused t 1 notice"], ["lost t 1"]),
    "DELETE FROM t WHERE id < 3; ALTER TABLE t ALTER b SET NOT NULL": (
        ["deleted t 1 warning", "refused t 1 notice"],
        ["lost t 2"],
    ),
    # By a statement that nobody understands.
    "DO $$ BEGIN EXECUTE 'DELETE' || ' FROM t WHERE b IS NULL';END $$; ALTER TABLE t ALTER b SET NOT NULL": (
        ["refused t 1 notice"],
        ["lost t 1"],
    ),
    # Rows that come.
    "INSERT INTO t (id) VALUES (4)": (["added t 1 notice"], ["added t 1 error"]),
    "INSERT INTO team (id, name) SELECT id + 10, name || '!' FROM team": (
        ["added team 3 warning"],
        ["added team 3 error"],
    ),
    "INSERT INTO team (id, name) SELECT id + 10, name FROM team": (
        ["doubled team 3 error"],
        ["doubled team 3 error"],
    ),
    # Before: all of such a row is its key, so that each seemed to be another one once more.
    "INSERT INTO seat SELECT team_id + 2, t_id FROM seat ON CONFLICT DO NOTHING": (
        ["added seat 2 notice"],
        ["added seat 2 error"],
    ),
    "INSERT INTO team VALUES (4, 'x')": (["added team 1 notice"], ["doubled team 1 error"]),
    # NULLs that get a value.
    "UPDATE t SET b = 'm' WHERE b IS NULL": (["filled t.b 1 warning"], ["filled t.b 1 error"]),
    "UPDATE t SET b = 'm' WHERE b IS NULL; ALTER TABLE t ALTER b SET NOT NULL": ([], []),
    "UPDATE t SET b = 'm' WHERE b IS NULL; ALTER TABLE t ADD CHECK (b IS NOT NULL)": (
        ["filled t.b 1 notice"],
        ["filled t.b 1 error"],
    ),
    "UPDATE t SET boss_id = 1 WHERE boss_id IS NULL; ALTER TABLE t ADD CHECK (boss_id IS NOT NULL OR id > 2)": (
        ["filled t.boss_id 2 warning"],
        ["filled t.boss_id 2 error"],
    ),
    # Values that become others.
    "UPDATE t SET a = upper(a)": (["rewritten t.a 3 notice"], ["lost t.a 3"]),
    "UPDATE t SET a = left(a, 1)": (["rewritten t.a 3 warning"], ["lost t.a 3"]),
    "UPDATE t SET a = ''": (["lost t.a 3"], ["lost t.a 3"]),
    "UPDATE t SET a = NULL": (["lost t.a 3"], ["lost t.a 3"]),
    "UPDATE t SET a = 'x' WHERE id = 1": (["replaced t.a 1 warning"], ["lost t.a 1"]),
    "UPDATE t SET a = b || 'k' WHERE b IS NOT NULL": (["replaced t.a 2 warning"], ["lost t.a 2"]),
    "UPDATE t SET a = CASE a WHEN 'one' THEN 'two' WHEN 'two' THEN 'one' ELSE a END": (
        ["rewritten t.a 2 notice"],
        ["lost t.a 2"],
    ),
    "UPDATE t SET a = CASE a WHEN 'one' THEN 'two' ELSE a || '!' END WHERE id < 3; UPDATE t SET a = 'x' WHERE id = 3": (
        ["rewritten t.a 3 notice"],
        ["lost t.a 3"],
    ),
    "UPDATE team SET name = name || id": (["rewritten team.name 3 warning"], ["lost team.name 3"]),
    "UPDATE t SET a = '1' WHERE a = 'one'; ALTER TABLE t ADD CHECK (a <> 'one')": (
        ["values a 1 declared"],
        ["lost t.a 1"],
    ),
    # Values of another type.
    TO_TEXT: ([], []),
    "ALTER TABLE t ALTER price TYPE numeric(9, 2)": (["values price 1 undeclared"], ["values price 1 undeclared"]),
    "ALTER TABLE t ALTER a TYPE varchar(3) USING left(a, 3)": (["values a 1 declared"], ["values a 1 undeclared"]),
    "ALTER TABLE t ALTER a TYPE varchar(3) USING a::varchar(3)": (
        ["values a 1 undeclared"],
        ["values a 1 undeclared"],
    ),
    "ALTER TABLE t ALTER price TYPE integer USING round(price)": (
        ["values price 3 declared"],
        ["values price 3 undeclared"],
    ),
    "ALTER TABLE t ALTER a TYPE integer USING length(a)": (["values a 3 declared"], ["values a 3 undeclared"]),
    "ALTER TABLE t ALTER n TYPE text USING 'x'": (
        ["filled t.n 1 warning", "lost t.n 2"],
        ["filled t.n 1 error", "lost t.n 2"],
    ),
    "ALTER TABLE t ALTER n TYPE text USING a": (
        ["filled t.n 1 warning", "lost t.n 2"],
        ["filled t.n 1 error", "lost t.n 2"],
    ),
    "ALTER TABLE t ALTER n TYPE text USING (n + 1)::text": (["rewritten t.n 2 notice"], ["lost t.n 2"]),
    "UPDATE t SET n = 5 WHERE id = 1; ALTER TABLE t ALTER n TYPE text USING id || 'x'": (
        ["filled t.n 1 warning", "replaced t.n 2 warning"],
        ["filled t.n 1 error", "lost t.n 2"],
    ),
    "CREATE TYPE word AS ENUM ('ONE', 'Two', 'three'); ALTER TABLE t ALTER a TYPE word "
    "USING (CASE a WHEN 'three' THEN a ELSE 'Two' END)::word": (
        ["replaced t.a 1 warning", "values a 2 declared"],
        ["values a 2 undeclared"],
    ),
    "UPDATE t SET a = 'GLAD'; ALTER TABLE t ALTER a TYPE mood USING initcap(a)::mood": (
        ["values a 3 declared"],
        ["values a 3 undeclared"],
    ),
}


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "undeclared"])
@pytest.mark.parametrize("sql", CASES)
def test_what_is_said(connection: Connection, sql: str, declared: bool) -> None:
    _, said = judged(connection, sql, ExpectedData(), declared=declared, refusing=True)
    assert said.words == CASES[sql][not declared]


@pytest.mark.parametrize(
    ("sql", "value", "instead", "alike"),
    [
        ("UPDATE t SET a = 'x' WHERE a <> 'three'; ALTER TABLE t ADD CHECK (a NOT LIKE 't_o' AND a <> 'one')",
         "one", "x", ("two",)),
        ("UPDATE t SET a = 'two' WHERE a = 'one'; ALTER TABLE t ADD CHECK (a <> 'one')", "one", "two", ("two",)),
        ("UPDATE t SET a = '1' WHERE a = 'one'; ALTER TABLE t ADD CHECK (a <> 'one')", "one", "1", ()),
    ],
    ids=["two that are gone", "one that was there", "one alone"],
)  # fmt: skip
def test_values_that_become_one(
    connection: Connection, sql: str, value: str, instead: str, alike: tuple[str, ...]
) -> None:
    judgement, _ = judged(connection, sql, ExpectedData(), declared=True, refusing=True)
    assert [(one.value, one.instead, one.alike) for one in judgement.values] == [(value, instead, alike)]


T = ("public", "t")
GUESSED = ExpectedData(converted=frozenset({(*T, "a")}), assumed=frozenset({(*T, "a")}))


@pytest.mark.parametrize(
    ("sql", "expected", "words"),
    [
        ("UPDATE t SET a = NULL WHERE id = 1", ExpectedData(converted=frozenset({(*T, "a")})), ["lost t.a 1"]),
        ("UPDATE t SET a = 'x'", ExpectedData(converted=frozenset({(*T, "a")})), []),
        ("UPDATE t SET a = NULL WHERE id = 1", GUESSED, ["values a 1 undeclared"]),
        ("UPDATE t SET a = NULL", GUESSED, ["lost t.a 3"]),
        ("UPDATE t SET b = 'm' WHERE b IS NULL", ExpectedData(filled=frozenset({(*T, "b")})), []),
        ("ALTER TABLE t RENAME a TO c", ExpectedData(columns={(*T, "a"): "c"}), []),
        ("ALTER TABLE t RENAME TO u", ExpectedData(tables={T: ("public", "u")}), []),
        ("ALTER TABLE t DROP a", ExpectedData(), []),
    ],
)
def test_what_is_expected(connection: Connection, sql: str, expected: ExpectedData, words: list[str]) -> None:
    _, said = judged(connection, sql, expected, declared=False, refusing=False)
    assert said.words == words


FIRES = """
CREATE FUNCTION fires() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN NEW.b := 'now'; INSERT INTO team SELECT max(id) + 1, 'x' FROM team; RETURN NEW; END $$;
CREATE TRIGGER fires BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION fires()
"""


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        (True, ["added team 1 warning", "replaced t.b 1 warning", "rewritten t.n 1 notice"]),
        (False, ["doubled team 1 error", "lost t.b 1", "lost t.n 1"]),
    ],
)
def test_what_a_trigger_changes_is_told_and_not_held_against_the_statement(
    connection: Connection, declared: bool, words: list[str]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FIRES)
    _, said = judged(
        connection, "UPDATE t SET n = n + 1 WHERE id = 1", ExpectedData(), declared=declared, refusing=True
    )
    assert said.words == words


SWAPPED = "UPDATE t SET a = CASE a WHEN 'one' THEN 'two' WHEN 'two' THEN 'one' ELSE a END"
BY_PROGRAM = "UPDATE t SET a = %(a)s WHERE id = %(id)s"


@pytest.mark.parametrize(
    ("sql", "declared", "words"),
    [
        ("UPDATE t SET a = upper(a)", BY_PROGRAM, ["rewritten t.a 3 notice"]),
        ("UPDATE t SET a = upper(a)", f"{BY_PROGRAM}; UPDATE t SET a = 'x' WHERE id = 7", ["rewritten t.a 3 notice"]),
        (SWAPPED, BY_PROGRAM, ["rewritten t.a 2 warning"]),
    ],
    ids=["values of their own", "besides a constant", "values of others"],
)
def test_what_a_program_computed(connection: Connection, sql: str, declared: str, words: list[str]) -> None:
    _, said = judged(connection, sql, ExpectedData(), declared=declared, refusing=True)
    assert said.words == words


def test_a_column_that_is_renamed_besides_is_made_of_itself(connection: Connection) -> None:
    sql = "ALTER TABLE t RENAME a TO c; UPDATE t SET c = CASE c WHEN 'one' THEN 'two' WHEN 'two' THEN 'one' ELSE c END"
    _, said = judged(connection, sql, ExpectedData(columns={(*T, "a"): "c"}), declared=True, refusing=False)
    assert said.words == ["rewritten t.a 2 notice"]


@pytest.mark.parametrize("side", ["old", "new"])
@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE t SET a = upper(a)", ["lost t.a 3"]),
        ("UPDATE t SET b = 'm' WHERE b IS NULL", ["filled t.b 1 warning"]),
    ],
)
def test_a_column_that_no_catalog_has_is_compared(
    connection: Connection, side: str, sql: str, words: list[str]
) -> None:
    _, said = judged(connection, sql, ExpectedData(), declared=True, refusing=False, **{side: Snapshot({})})
    assert said.words == words


def test_more_values_than_are_looked_at_are_told(connection: Connection) -> None:
    sql = "UPDATE t SET a = upper(a)"
    judgement, said = judged(connection, sql, ExpectedData(), declared=True, refusing=False, most_values=2)
    assert said.words == ["not examined t.a 1 warning", "rewritten t.a 2 notice"]
    assert [change.value for change in judgement.changes if change.kind == "not examined"] == ["three"]


def test_a_change_names_its_statement_and_a_value_before_and_after(connection: Connection) -> None:
    sql = "UPDATE t SET a = upper(a) WHERE id = 1"
    judgement, _ = judged(connection, sql, ExpectedData(), declared=True, refusing=False)
    [change] = judgement.changes
    assert (change.value, change.instead, change.sql, change.step) == ("one", "ONE", sql, "upgrade")


def test_a_fill_names_the_value_that_is_new(connection: Connection) -> None:
    sql = "UPDATE t SET b = 'm' WHERE b IS NULL"
    judgement, _ = judged(connection, sql, ExpectedData(), declared=True, refusing=False)
    [change] = judgement.changes
    assert (change.value, change.instead, change.sql) == (None, "m", sql)


def test_references_that_follow_duplicates_made_one_are_a_notice(connection: Connection) -> None:
    sql = "UPDATE t SET team_id = 1 WHERE team_id = 2; DELETE FROM team WHERE id = 2 AND name = 'x'"
    sql = sql.replace("DELETE", "UPDATE t SET boss_id = 1 WHERE boss_id = 2; DELETE")
    sql += "; ALTER TABLE team ADD UNIQUE (name)"
    _, said = judged(connection, sql, ExpectedData(), declared=True, refusing=True)
    assert said.words == ["refused team 1 notice", "replaced t.boss_id 1 notice", "replaced t.team_id 1 notice"]


def test_references_that_lead_to_another_row_are_no_notice(connection: Connection) -> None:
    sql = "UPDATE t SET team_id = 3 WHERE team_id = 2; UPDATE t SET boss_id = 1 WHERE boss_id = 2; "
    sql += "DELETE FROM team WHERE id = 2 AND name = 'x'; ALTER TABLE team ADD UNIQUE (name)"
    _, said = judged(connection, sql, ExpectedData(), declared=True, refusing=True)
    assert said.words == ["refused team 1 notice", "replaced t.boss_id 1 notice", "replaced t.team_id 1 warning"]
