"""What is new or tighter on a table that has rows: met by a row that breaks it, answered for, or said not to be."""

from contextlib import closing

import pytest

from bot.database.databases import Databases
from bot.migration.proof.restrictions import find
from bot.migration.proof.seeding import SeedRequest, seed
from bot.model import Project
from bot.schema.snapshots import take
from tests.support.changes import Change, decision, finding

OLD = """
CREATE TABLE parent (id integer PRIMARY KEY, code integer UNIQUE);
CREATE TABLE t (
    id serial PRIMARY KEY, a text, b text NOT NULL, n integer NOT NULL, low integer, high integer, at timestamptz,
    price numeric(12, 4), gone timestamp, parent_id integer, data jsonb, words text[],
    weight numeric, seat integer GENERATED ALWAYS AS IDENTITY);
"""
# What is done to the table, and how it ends: met, or nothing to ask.
CHANGES = {
    "ALTER TABLE t ADD UNIQUE (b)": ["met"],
    "ALTER TABLE t ADD UNIQUE (a, b)": ["met"],
    "CREATE UNIQUE INDEX ON t (b) WHERE gone IS NULL": ["met"],
    "CREATE UNIQUE INDEX ON t (n) WHERE b = 'open'": ["met"],
    "CREATE UNIQUE INDEX ON t (lower(b))": ["met"],
    "ALTER TABLE t ADD UNIQUE NULLS NOT DISTINCT (a)": ["met"],
    "ALTER TABLE t ADD UNIQUE (id, b)": [],
    "ALTER TABLE t ADD CHECK (low <= high)": ["met"],
    "ALTER TABLE t ADD CHECK (n > 7000)": ["met"],
    "ALTER TABLE t ADD CHECK (b IN ('open', 'done'))": ["met"],
    "ALTER TABLE t ADD CHECK (id IS NOT NULL)": ["untried"],
    "ALTER TABLE t ADD FOREIGN KEY (parent_id) REFERENCES parent": ["met"],
    "ALTER TABLE t ADD FOREIGN KEY (n) REFERENCES parent (code)": ["met"],
    "ALTER TABLE t ALTER a SET NOT NULL": ["met"],
    "ALTER TABLE t ALTER b TYPE varchar(3) USING left(b, 3)": ["met"],
    "ALTER TABLE t ALTER b TYPE varchar(40)": ["met"],
    "ALTER TABLE t ALTER b TYPE varchar(1200)": ["met"],
    "ALTER TABLE t ALTER a TYPE char(70)": ["met"],
    "ALTER TABLE t ALTER words TYPE varchar(40)[]": ["met"],
    "ALTER TABLE t ALTER weight TYPE numeric(40, 20)": ["met"],
    "ALTER TABLE t ALTER price TYPE numeric(12, 2)": ["met"],
    "ALTER TABLE t ALTER n TYPE smallint USING 0": ["met"],
    "ALTER TABLE t ALTER n TYPE bigint": ["harmless"],
    "ALTER TABLE t ADD COLUMN half integer GENERATED ALWAYS AS (100 / n) STORED": ["met"],
    "ALTER TABLE t ADD COLUMN twice integer GENERATED ALWAYS AS (id * 2) STORED": ["met"],
    "ALTER TABLE t ADD COLUMN twice integer GENERATED ALWAYS AS (seat * 2) STORED": ["met"],
    "ALTER TABLE t ADD UNIQUE (seat)": ["met"],
    "ALTER TABLE t ADD CHECK (n > 0) NOT VALID": [],
    "ALTER TABLE t ADD CHECK (a::integer > 0)": ["met"],
    "CREATE INDEX ON t ((a::integer))": ["met"],
    "CREATE INDEX ON t ((100 / n))": ["met"],
    "CREATE INDEX ON t (n) WHERE b::integer > 5": ["met"],
    "CREATE INDEX ON t (((data ->> 'size')::numeric))": ["met"],
    "CREATE INDEX ON t (((data #>> '{box,size}')::numeric))": ["met"],
    "CREATE INDEX ON t ((n + id::bigint))": ["harmless"],
    "CREATE INDEX ON t (lower(b), n DESC)": [],
    "CREATE UNIQUE INDEX ON t ((b::integer))": ["met", "met"],
    "ALTER TABLE t ADD COLUMN extra integer UNIQUE": [],
    "CREATE DOMAIN kept AS text CHECK (VALUE <> 'draft'); ALTER TABLE t ALTER a TYPE kept": ["met"],
    "ALTER TABLE t ADD EXCLUDE USING btree (b WITH =)": ["met"],
    "ALTER TABLE t ADD EXCLUDE USING btree (lower(b) WITH =) WHERE (gone IS NULL) DEFERRABLE": ["met"],
    "ALTER TABLE t ADD EXCLUDE USING gist (int4range(low, high) WITH &&)": ["met", "met"],
    "ALTER TABLE t ADD EXCLUDE USING btree (n WITH =, b WITH =) WHERE (high > 3)": ["met"],
}


@pytest.fixture(scope="module")
def old(databases: Databases) -> str:
    name = databases.create("restricted")
    with closing(databases.address(name).connect()) as connection, connection.cursor() as cursor:
        cursor.execute(OLD)
    return name


@pytest.mark.parametrize("sql", CHANGES)
def test_a_row_breaks_what_is_new(databases: Databases, old: str, sql: str) -> None:
    """Before: rows of the usual kind only; each of these could pass without a row that it refuses."""
    with databases.temporary("new", old) as new, databases.temporary("rows", old) as rows:
        with closing(databases.address(new).connect()) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
        snapshots = []
        for name in (old, new):
            with closing(databases.connect(name)) as connection:
                snapshots.append(take(connection))
        found = find(snapshots[0], snapshots[1], lambda column: column)
        with closing(databases.address(rows).connect()) as connection:
            seeded = seed(connection, snapshots[0], SeedRequest(restrictions=tuple(found)))
        assert [outcome for _, outcome in seeded.outcomes] == CHANGES[sql]
        with closing(databases.address(rows).connect()) as connection, connection.cursor() as cursor:
            for restriction in found:
                fails = "::integer" in sql  # so does the query, on such rows
                if restriction.counting and CHANGES[sql] == ["met"] and restriction.kind != "type" and not fails:
                    cursor.execute(restriction.counting)
                    assert (cursor.fetchone() or (0,))[0] > 0


ITEM = """
class {name}(Base):
    __tablename__ = "{name}"
    id = Column(Integer, primary_key=True)
    code = Column(String(40), nullable=False)
    name = Column(String(40){strict})
    {more}
"""


def item(name: str, more: str = "", strict: str = "") -> str:
    return ITEM.format(name=name, more=more, strict=strict)


BEFORE = item("item") + item("piece") + item("thing")
UNIQUE = item("item", '__table_args__ = (sa.UniqueConstraint("code", name="uq_item_code"),)')
UNBREAKABLE = item("piece", '__table_args__ = (sa.CheckConstraint("id = id", name="ck_item"),)')
STRICT = item("thing", strict=", nullable=False")


@pytest.fixture(scope="module")
def based(joined: Change) -> Change:
    joined.base(BEFORE)
    return joined


@pytest.fixture(scope="module")
def asked(based: Change) -> Project:
    return based.check(UNIQUE + UNBREAKABLE + item("thing"))


@pytest.fixture(scope="module")
def clean(based: Change) -> Project:
    """The author says that no row breaks what is new."""
    return based.check(UNIQUE + item("piece") + STRICT, clean=["item.uq_item_code", "thing.name"])


def test_a_constraint_that_rows_may_break_is_asked_about(asked: Project) -> None:
    put = decision(asked, "item.code")
    assert (asked.status, put.decided) == ("warning", "open")
    assert "/migration clean item.uq_item_code" in put.question


def test_what_cannot_be_broken_by_any_row_is_said_to_be_not_tried(asked: Project) -> None:
    told = finding(asked, "not-tried")
    assert told.severity == "warning"
    assert "ck_item" in told.title + told.detail


def test_a_constraint_that_no_row_breaks_is_proven_with_a_query_to_ask(clean: Project) -> None:
    assert clean.status == "proven"
    query = next(query for query in clean.preflight if query.subject == "item.uq_item_code")
    assert query.must_be == 0
    assert query.sql.startswith("SELECT ")


def test_the_query_counts_the_rows_that_stop_the_upgrade(clean: Project, databases: Databases) -> None:
    query = next(query for query in clean.preflight if query.subject == "item.uq_item_code")
    with databases.temporary("preflight") as name, closing(databases.address(name).connect()) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE item (id serial PRIMARY KEY, code varchar(40) NOT NULL)")
            for rows, wanted in (("('a'), ('b')", 0), ("('a')", 2), ("('a')", 3)):
                cursor.execute(f"INSERT INTO item (code) VALUES {rows}")
                cursor.execute(query.sql)
                assert cursor.fetchone() == (wanted,)


def test_a_column_that_has_no_null_needs_no_fill(based: Change, clean: Project) -> None:
    assert based.check(item("item") + item("piece") + STRICT).status == "warning"
    assert "nullable=False" in clean.migrations[0].source.partition("def downgrade")[0]
    assert "UPDATE" not in clean.migrations[0].source
