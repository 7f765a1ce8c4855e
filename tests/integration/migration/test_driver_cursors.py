"""What a migration sends past SQLAlchemy, by cursors of the driver: traced, and otherwise as ever."""

from collections.abc import Iterator

import psycopg2.extensions
import psycopg2.extras
import pytest
import sqlalchemy as sa

from bot.database.databases import Databases
from bot.project.worker.tracing import Trace
from tests.support.servers import ask
from tests.support.tracing import engine

PATH = "/a/migration.py"
SENT = {
    "a text": ('cursor.execute("UPDATE job SET name = lower(name)")', "UPDATE job SET name = lower(name)", 2),
    "with values": ('cursor.execute("DELETE FROM job WHERE id = %s", (1,))', "DELETE FROM job WHERE id = %s", 1),
    "with names": (
        'cursor.execute("DELETE FROM job WHERE id = %(i)s", {"i": 9})',
        "DELETE FROM job WHERE id = %(i)s",
        0,
    ),
    "by keyword": ('cursor.execute("DELETE FROM job WHERE id = %s", vars=[1])', "DELETE FROM job WHERE id = %s", 1),
    "an escaped sign": (
        'cursor.execute("DELETE FROM job WHERE name LIKE \'%%\' || %s", ("a",))',
        "DELETE FROM job WHERE name LIKE '%' || %s",
        0,
    ),
    "a sign": ("cursor.execute(\"DELETE FROM job WHERE name LIKE 'B%'\")", "DELETE FROM job WHERE name LIKE 'B%'", 1),
    "bytes": ('cursor.execute(b"DELETE FROM job")', "DELETE FROM job", 2),
    "composed": (
        'cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier("job")))',
        'DELETE FROM "job"',
        2,
    ),
    "many times": ('cursor.executemany("DELETE FROM job WHERE id = %s", [(1,)])', "DELETE FROM job WHERE id = %s", 1),
    "values at once": (
        'extras.execute_values(cursor, "INSERT INTO job (id, name) VALUES %s", [(3, "c")])',
        "INSERT INTO job (id, name) VALUES (3,'c')",
        1,
    ),
    "a copy": ('cursor.copy_expert("COPY job FROM STDIN", io.StringIO("3\\tc\\n"))', "COPY job FROM STDIN", 1),
}


@pytest.fixture(scope="module")
def project(databases: Databases) -> Iterator[sa.Engine]:
    with databases.temporary("cursors") as name:
        ask(databases.address(name), "CREATE TABLE job (id int, name text); INSERT INTO job VALUES (1, 'A'), (2, 'B')")
        made = engine(databases, name)
        yield made
        made.dispose()


def run(connection: sa.Connection, line: str) -> None:
    """The line of a migration."""
    source = f"import io\nfrom psycopg2 import extras, sql\n{line}\n"
    exec(compile(source, PATH, "exec"), {"connection": connection, "cursor": connection.connection.cursor()})


@pytest.mark.parametrize("kind", SENT)
@pytest.mark.parametrize("detailed", [True, False])
def test_what_a_cursor_sends_is_traced(project: sa.Engine, kind: str, detailed: bool) -> None:
    line, sql, rows = SENT[kind]
    with Trace(detailed) as trace, project.connect() as connection:
        connection.execute(sa.text("SELECT 1"))  # as Alembic does, which reads its version table first
        trace.follow("a1", PATH)
        run(connection, line)
        connection.rollback()
    assert [(one["sql"], one["line"], one["rows"]) for one in trace.statements] == [(sql, 3, rows)]
    assert all((one["observation"] is not None) is detailed for one in trace.statements)


def test_what_sqlalchemy_sends_is_traced_once(project: sa.Engine) -> None:
    with Trace(True) as trace, project.connect() as connection:
        connection.execute(sa.text("SELECT 1"))
        trace.follow("a1", PATH)
        run(connection, "connection.exec_driver_sql('DELETE FROM job')")
        connection.rollback()
    assert [one["sql"] for one in trace.statements] == ["DELETE FROM job"]


@pytest.mark.parametrize("sender", ["cursor.execute({})", "connection.exec_driver_sql({})"])
def test_a_long_loop_leaves_room_for_what_follows(project: sa.Engine, sender: str) -> None:
    """Before: of more than two thousand statements the last ones were not known, as if nobody had sent them."""
    loop = "for number in range(2500): " + sender.format('"UPDATE job SET name = name"')
    with Trace(False) as trace, project.connect() as connection:
        connection.execute(sa.text("SELECT 1"))
        trace.follow("a1", PATH)
        run(connection, loop + "\n" + sender.format('"DELETE FROM job"'))
        connection.rollback()
    updates = [one["rows"] for one in trace.statements if one["sql"].startswith("UPDATE")]
    assert (len(updates), sum(updates)) == (100, 5000)
    assert [one["rows"] for one in trace.statements if one["sql"].startswith("DELETE")] == [2]


def traced(project: sa.Engine, *lines: str) -> Trace:
    """What is told of a migration with these lines, whose revision is a1."""
    with Trace(False) as trace, project.connect() as connection:
        connection.execute(sa.text("SELECT 1"))
        trace.follow("a1", PATH)
        run(connection, "\n".join(lines))
        connection.rollback()
    return trace


@pytest.mark.parametrize("value", ["{number}", "'{number}'", "'it''s {number}' || 2.5", "ARRAY[{number}, 1]"])
def test_a_loop_that_writes_values_into_its_statements_leaves_room_as_well(project: sa.Engine, value: str) -> None:
    sent = f'f"UPDATE job SET name = {value}::text WHERE id <> {{number}}"'
    loop = f"for number in range(2500): cursor.execute({sent})"
    trace = traced(project, loop, 'cursor.execute("DELETE FROM job")')
    updates = [one["rows"] for one in trace.statements if one["sql"].startswith("UPDATE")]
    assert (len(updates), sum(updates)) == (500, 5000 - 2)
    assert [one["rows"] for one in trace.statements if one["sql"].startswith("DELETE")] == [2]
    assert not trace.untold


@pytest.mark.parametrize(
    ("lines", "untold"),
    [
        (['for n in range(2007): cursor.execute(f"UPDATE job AS j{n} SET name = name")'], {"a1": 7}),
        (['for n in range(2007): connection.exec_driver_sql(f"SELECT 1 AS a{n}")'], {"a1": 7}),
        (['for n in range(103): cursor.execute(f"SELECT 1 AS a{n}, 2" + " + 2" * 3000)'], {"a1": 3}),
        (['for n in range(2007): cursor.execute(f"CREATE TEMPORARY TABLE t{n} ()")'], {}),
    ],
)
def test_what_is_beyond_the_limits_is_counted_where_it_may_write_rows(
    project: sa.Engine, lines: list[str], untold: dict[str, int]
) -> None:
    assert traced(project, *lines).untold == untold


def test_cursors_stay_what_they_are(project: sa.Engine) -> None:
    with project.connect() as connection:
        with Trace(True) as trace:
            connection.execute(sa.text("SELECT 1"))
            trace.follow("a1", PATH)
            chosen: object = connection.connection.cursor(cursor_factory=psycopg2.extras.DictCursor)
            assert type(chosen) is psycopg2.extras.DictCursor
            cursor = connection.connection.cursor()
            assert isinstance(cursor, psycopg2.extensions.cursor)
            assert (type(cursor).__name__, type(cursor).__module__) == ("cursor", "psycopg2.extensions")
            assert cursor.execute.__doc__ == psycopg2.extensions.cursor.execute.__doc__
            with pytest.raises(psycopg2.errors.UndefinedTable):
                cursor.execute("SELECT * FROM nothing")
            connection.rollback()
        assert type(connection.connection.cursor()) is psycopg2.extensions.cursor
