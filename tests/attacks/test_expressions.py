"""An author's expression that is computed again: it can neither write, nor end its statement, nor stay for ever."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from bot.database.databases import Databases
from bot.migration.proof import backfill_gaps
from bot.migration.proof.declared_changes import DeclaredChanges
from bot.schema.snapshots import Snapshot, take
from tests.support.servers import ask

MADE = """
CREATE TABLE job (id serial PRIMARY KEY, done int);
INSERT INTO job (done) VALUES (1), (NULL), (NULL);
CREATE FUNCTION write() RETURNS int LANGUAGE sql AS 'INSERT INTO job (done) VALUES (9) RETURNING 1';
CREATE FUNCTION spoil() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DROP TABLE job; RETURN 1; END $$;
CREATE PROCEDURE finish() LANGUAGE plpgsql AS $$ BEGIN COMMIT; DELETE FROM job; COMMIT; END $$;
"""
HOSTILE = {
    "another statement": "1; DELETE FROM job; SELECT 1",
    "the statement's end": "1) IS NOT NULL; DELETE FROM job; SELECT (1",
    "the transaction's end": "1) IS NOT NULL; COMMIT; DELETE FROM job; SELECT (1",
    "another transaction": "1) IS NOT NULL; ROLLBACK; BEGIN READ WRITE; DELETE FROM job; COMMIT; SELECT (1",
    "a call": "1) IS NOT NULL; CALL finish(); SELECT (1",
    "no time-out": "1) IS NOT NULL; SET statement_timeout = 0; SELECT (1",
    "a comment": "1 -- ",
    "an open comment": "1 /* ",
    "a dollar": "$$1$$ || $x$",
    "a quote": "1 || '",
    "a writing query": "(WITH gone AS (DELETE FROM job RETURNING 1) SELECT 1)",
    "a writing function": "write()",
    "a dropping function": "spoil()",
    "a written transaction": "set_config('transaction_read_only', 'off', false)::boolean::int + write()",
    "a number of a sequence": "nextval('job_id_seq')",
    "a large object": "lo_from_bytea(4711, 'x')::int",
    "another query in XML": "length(query_to_xml('DELETE FROM job', true, true, '')::text)",
    "a session setting": "length(set_config('statement_timeout', '0', false))",
    "a long wait": "(pg_sleep(600) IS NULL)::int",
    "its own session's end": "pg_terminate_backend(pg_backend_pid())::int",
}
SEEN = "SELECT (SELECT array_agg((id, done)::text ORDER BY id) FROM job), (SELECT last_value FROM job_id_seq)"


@pytest.fixture(scope="module")
def name(databases: Databases) -> Iterator[str]:
    with databases.temporary("expressions") as made:
        ask(databases.address(made), MADE)
        yield made


@pytest.mark.parametrize("kind", HOSTILE)
def test_an_expression_can_do_nothing_but_be_computed(databases: Databases, name: str, kind: str) -> None:
    before = ask(databases.address(name), SEEN)
    with closing(databases.connect(name)) as connection:
        migrated = take(connection)
    declared = DeclaredChanges((f"UPDATE job SET done = {HOSTILE[kind]} WHERE id < %(last)s",))
    with closing(databases.address(name).connect()) as connection:
        found = list(backfill_gaps.passed_over(connection, Snapshot({}), migrated, declared))
    assert [change.rows for change in found if change.column == "done"] in ([], [2])
    assert ask(databases.address(name), SEEN) == before
