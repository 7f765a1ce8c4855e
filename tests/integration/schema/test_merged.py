"""A merged snapshot is what a real database has after the same change."""

import pytest

from bot.schema.compare import compare, merge
from bot.schema.snapshots import Snapshot
from tests.integration.schema.conftest import After

BASE = """
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE parent (id int PRIMARY KEY, code int, note text);
CREATE TABLE child (id int PRIMARY KEY, parent_id int CONSTRAINT fk REFERENCES parent (id), feeling mood);
CREATE INDEX child_idx ON child (parent_id);
"""

# What is called, what only the database has, what the change is, what it really comes to (when not the same).
CASES = [
    ("no drift", "", "ALTER TABLE child ADD x int", ""),
    ("drift stays", "CREATE INDEX more ON child (feeling)", "ALTER TABLE child ADD x int", ""),
    (
        "other attributes of one column",
        "ALTER TABLE parent ALTER note SET NOT NULL",
        "ALTER TABLE parent ALTER note SET DEFAULT 'x'",
        "",
    ),
    ("a changed type", "ALTER TABLE parent ALTER code TYPE text", "ALTER TABLE parent ALTER code TYPE bigint", "USING"),
    ("an index on a column that goes", "CREATE INDEX more ON parent (code, note)", "ALTER TABLE parent DROP code", ""),
    (
        "a check and statistics on a column that goes",
        "ALTER TABLE parent ADD CHECK (code > 0); CREATE STATISTICS s ON code, note FROM parent",
        "ALTER TABLE parent DROP code",
        "",
    ),
    (
        "a sequence owned by a column that goes",
        "CREATE SEQUENCE s OWNED BY parent.code",
        "ALTER TABLE parent DROP code",
        "",
    ),
    (
        "what hangs on a table that goes",
        "CREATE INDEX more ON child (feeling); ALTER TABLE child ADD extra int CHECK (extra > 0)",
        "DROP TABLE child",
        "",
    ),
    (
        "a foreign key to a table that goes",
        "CREATE TABLE own (id int REFERENCES parent (id))",
        "DROP TABLE parent CASCADE",
        "",
    ),
    ("labels on both sides", "ALTER TYPE mood ADD VALUE 'own' AFTER 'sad'", "ALTER TYPE mood ADD VALUE 'new'", ""),
    (
        "options on both sides",
        "ALTER TABLE parent SET (fillfactor = 50)",
        "ALTER TABLE parent SET (autovacuum_enabled = off)",
        "",
    ),
    (
        "a foreign key under another name",
        "ALTER TABLE child RENAME CONSTRAINT fk TO other",
        "ALTER TABLE child DROP CONSTRAINT fk",
        "ALTER TABLE child DROP CONSTRAINT other",
    ),
    (
        "an index under another name",
        "ALTER INDEX child_idx RENAME TO other",
        "COMMENT ON INDEX child_idx IS 'x'",
        "COMMENT ON INDEX other IS 'x'",
    ),
    (
        "a change of a table that is not there",
        "DROP TABLE child; DROP TYPE mood",
        "ALTER TABLE child ADD x int",
        "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE child (id int PRIMARY KEY, parent_id int"
        " CONSTRAINT fk REFERENCES parent (id), feeling mood, x int); CREATE INDEX child_idx ON child (parent_id)",
    ),
    (
        "a type that only the database still uses",
        "ALTER TABLE parent ADD feeling mood",
        "ALTER TABLE child DROP feeling; DROP TYPE mood",
        "ALTER TABLE child DROP feeling",
    ),
    (
        "a schema that only the database still uses",
        "CREATE TABLE attic.own (id int)",
        "DROP SCHEMA attic",
        "SELECT 1",
    ),
    ("the same change on both sides", "ALTER TABLE child ADD x int", "ALTER TABLE child ADD x int", "SELECT 1"),
    (
        "a view recreated",
        "CREATE OR REPLACE VIEW v AS SELECT id, code FROM parent",
        "CREATE OR REPLACE VIEW v AS SELECT id, note FROM parent",
        "DROP VIEW v; CREATE VIEW v AS SELECT id, note FROM parent",
    ),
]


@pytest.mark.parametrize(("drift", "change", "really"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_merge_is_what_a_database_comes_to(after: After, drift: str, change: str, really: str) -> None:
    base = BASE + "CREATE VIEW v AS SELECT id FROM parent; CREATE SCHEMA attic;"
    if really == "USING":
        really = f"{change} USING code::bigint"
    merged = merge(after(base), after(base + drift), after(base + change))
    assert compare(merged, after(f"{base}{drift};{really or change}")) == []


def test_a_merge_keeps_only_dependencies_of_what_is_there(after: After) -> None:
    base = after(BASE)
    merged = merge(base, base, after(BASE + "DROP TABLE child"))
    assert merged.depends
    assert {key for pair in merged.depends for key in pair} <= merged.objects.keys()


def test_a_merge_without_drift_is_the_new_state(rich: str, rich_snapshot: Snapshot, after: After) -> None:
    old, new = rich_snapshot, after("DROP TABLE shop.orders CASCADE; ALTER TABLE shop.customer ADD x int", rich)
    merged = merge(old, old, new)
    assert compare(merged, new) == []
    assert list(merged.objects) == list(new.objects)
