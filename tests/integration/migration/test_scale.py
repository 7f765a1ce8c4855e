"""How long an upgrade takes with many rows: whole checks, and rows for tables of all kinds."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.database.databases import Databases
from bot.migration.scale.multiplied import Multiplied, Reference
from bot.model import Times
from bot.schema.snapshots import Snapshot, take
from tests.integration.migration.test_own_migrations import ACCOUNT, based, second
from tests.support.changes import Change

COUNT = 3_000
SCHEMA = """
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE DOMAIN short AS varchar(9);
CREATE TABLE parent (id serial PRIMARY KEY, code varchar(6) NOT NULL UNIQUE);
CREATE TABLE other (id uuid PRIMARY KEY, at timestamptz);
CREATE TABLE child (
    id bigint PRIMARY KEY, parent_id int NOT NULL REFERENCES parent, above bigint REFERENCES child, mood mood NOT NULL,
    tags text[], body jsonb, amount numeric(6,2) CHECK (amount < 100), born date, "Odd %s" text, note char(3),
    twice int GENERATED ALWAYS AS (parent_id * 2) STORED
);
CREATE TABLE pair (parent_id int REFERENCES parent, other_id uuid REFERENCES other, PRIMARY KEY (parent_id, other_id));
CREATE TABLE single (parent_id int PRIMARY KEY REFERENCES parent, text short);
CREATE TABLE event (id bigint, day date, text text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE moods (mood mood PRIMARY KEY);
INSERT INTO parent (code) VALUES ('a'), ('b'), ('c');
INSERT INTO other VALUES ('00000000-0000-4000-8000-000000000001', now());
INSERT INTO child (id, parent_id, above, mood, amount) VALUES (1, 1, NULL, 'good', 5), (2, 2, 1, 'bad', 7);
INSERT INTO pair SELECT 1, id FROM other;
INSERT INTO single VALUES (1, 'x');
INSERT INTO event VALUES (1, '2024-05-05', 'x');
INSERT INTO moods VALUES ('good');
"""
ORDER = ("parent", "other", "child", "pair", "single", "event")


@pytest.fixture(scope="module")
def filled(databases: Databases) -> Iterator[tuple[str, Snapshot]]:
    with databases.temporary("multiplied") as name:
        with closing(databases.address(name).connect()) as session:
            session.cursor().execute(SCHEMA)
            session.commit()
        with closing(databases.connect(name)) as session:
            snapshot = take(session, frozenset())
        yield name, snapshot


def test_every_kind_of_table_gets_its_rows(databases: Databases, filled: tuple[str, Snapshot]) -> None:
    name, snapshot = filled
    with closing(databases.address(name).connect()) as session, session.cursor() as cursor:
        session.autocommit = True
        found = {}
        for table in ORDER:
            # The values that are spread would break the check of `amount`, which is left alone for that.
            plan = Multiplied(snapshot, ("public", table))
            for statement in plan.preparing():
                cursor.execute(statement)
            cursor.execute(plan.counting())
            counts = cursor.fetchone() or ()
            cursor.execute(plan.inserting(1_000, 1_000 + COUNT - 1, counts))
            found[table] = cursor.rowcount
            cursor.execute(plan.ending())
        cursor.execute('SELECT count(DISTINCT "Odd %s"), count(DISTINCT parent_id), count(DISTINCT mood) FROM child')
        assert cursor.fetchone() == (COUNT, COUNT, 2)
    assert {table: rows for table, rows in found.items() if rows != COUNT} == {"single": COUNT - 1}


def test_a_key_over_an_enum_alone_cannot_be_numbered(filled: tuple[str, Snapshot]) -> None:
    assert Multiplied(filled[1], ("public", "moods")).numbered is None


def test_what_becomes_unique_is_numbered_and_what_becomes_a_key_leads_somewhere(filled: tuple[str, Snapshot]) -> None:
    plan = Multiplied(
        filled[1],
        ("public", "event"),
        unique=[frozenset({"text"})],
        references=[Reference(("id",), ("public", "child"), ("id",))],
    )
    assert set(plan.numbered or ()) == {"text"}
    assert "JOIN pg_temp.parent_0" in plan.inserting(1, 2, (1, 5))


POST = """
class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    account_id = Column(ForeignKey("account.id"), nullable=False)
    text = Column(String(100))
    rank = Column(Integer)
"""
INDEXED = POST.replace("Column(Integer)\n", "Column(Integer, nullable=False, unique=True)\n").replace(
    "Column(String(100))", "Column(String(100), index=True)"
)


def _times(change: Change, **options: Any) -> Times:
    change.base(ACCOUNT + POST)
    project = change.check(
        ACCOUNT + INDEXED, fill=["post.rank=0"], clean=["post.post_rank_key", "post.rank"], **options
    )
    assert project.status == "proven"
    assert project.deploy is not None
    assert project.deploy.times is not None
    assert all(lock.seconds is not None for lock in project.deploy.locks)
    return project.deploy.times


def test_an_upgrade_is_measured_with_as_many_rows_as_are_asked_for(change: Change) -> None:
    times = _times(change, scale="4000")
    assert times.measured == [1000, 2000, 4000]
    assert {size.table: size.measured for size in times.tables} == {"post": 4000}
    assert [len(statement.measured) for statement in times.statements] == [3] * len(times.statements)
    assert any("CREATE INDEX" in statement.sql for statement in times.statements)
    assert times.foretold is not None
    assert (times.rows, times.stopped) == (4000, "")


def test_sizes_of_production_are_kept_in_proportion(change: Change, tmp_path: Path) -> None:
    sizes = tmp_path / "sizes.csv"
    sizes.write_text("schema,table,rows\npublic,account,1000\npublic,post,8000000\n")
    times = _times(change, sizes=str(sizes), scale="2000")
    assert (times.measured, times.rows) == ([500, 1000, 2000], 8_000_000)
    assert {size.table: (size.rows, size.measured) for size in times.tables} == {"post": (8_000_000, 2000)}


def test_an_upgrade_that_many_rows_stop_says_with_how_many(change: Change) -> None:
    based(change)
    fails = "op.execute('SELECT 1 / (2000 - count(*)) FROM account')"
    project = change.check(ACCOUNT, second(f"op.execute('LOCK account'); {fails}", "pass"), scale="4000")
    assert project.deploy is not None
    assert project.deploy.times is not None
    assert project.deploy.times.measured == [1000]
    assert "with 2,000 rows: " in project.deploy.times.stopped
    assert "division by zero" in project.deploy.times.stopped
