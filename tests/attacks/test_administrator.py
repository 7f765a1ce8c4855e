"""No superuser acts on what a pull request says: neither the server's planner for it, nor the words of an error."""

from contextlib import closing
from uuid import uuid4

import psycopg2
import pytest

from bot.database import missing_extensions
from bot.database.addresses import Address
from bot.database.databases import Databases
from bot.errors import ProjectError
from bot.migration.proof import rows, sequences
from bot.migration.testbed import builder
from bot.migration.testbed.builder import Builder
from bot.schema.snapshots import Snapshot, take
from bot.schema.watched import watch
from tests.support.machine import Machine
from tests.support.projects import MODELS
from tests.support.servers import ask

TABLE = "CREATE TABLE t (id serial PRIMARY KEY, a int); INSERT INTO t (a) VALUES (1), (2)"
# What is called immutable may call what is not. Whoever only reads is tried as well: the rest goes on.
POWER = """
CREATE TABLE who (name text);
CREATE FUNCTION take_over() RETURNS void LANGUAGE plpgsql VOLATILE AS $$ BEGIN
  BEGIN
    INSERT INTO public.who SELECT rolname FROM pg_roles WHERE rolname = current_user AND rolname <> 'project';
  EXCEPTION WHEN read_only_sql_transaction THEN NULL; END;
  IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN ALTER ROLE project SUPERUSER; END IF;
END $$;
CREATE FUNCTION evil(i int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
  PERFORM public.take_over(); RETURN i; END $$
"""
PLACES = {
    "an index": "CREATE INDEX ON t (evil(1))",
    "an index of the key": "CREATE UNIQUE INDEX ON t (id, evil(2))",
    "a part of an index": "CREATE INDEX ON t (a) WHERE evil(1) = 1",
    "statistics": "CREATE STATISTICS s ON (evil(a) + evil(2)), a FROM t",
    "a check": "ALTER TABLE t ADD CHECK (evil(1) = 1)",
    "a default": "ALTER TABLE t ADD b int DEFAULT evil(1)",
    "a policy": "ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (evil(1) = 1)",
    "a policy for its owner": (
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY;"
        " CREATE POLICY p ON t USING (evil(1) = 1)"
    ),
    "a partition": (
        "CREATE TABLE parted (a int) PARTITION BY RANGE (evil(a)); CREATE TABLE p1 PARTITION OF parted"
        " FOR VALUES FROM (0) TO (100)"
    ),
    "a partition's check": (
        "CREATE TABLE parted (a int, CHECK (evil(1) = 1)) PARTITION BY RANGE (a);"
        " CREATE TABLE p1 PARTITION OF parted FOR VALUES FROM (0) TO (100)"
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_function_is_run_with_the_projects_rights_wherever_it_stands(databases: Databases, place: str) -> None:
    """The planner works index expressions out, for whoever reads a row: as a superuser, the project became one."""
    with databases.temporary("power") as name:
        address = databases.address(name)
        for statements in (TABLE, POWER, PLACES[place]):
            ask(address, statements)
        ask(address, f'ALTER DATABASE "{name}" SET constraint_exclusion = on')
        _read_everything(databases, name)
        assert ask(address, "SELECT rolname FROM pg_roles WHERE rolname = 'project' AND rolsuper") == []
        assert ask(address, "SELECT name FROM who WHERE name <> 'migration_bot_reader'") == []


def _read_everything(databases: Databases, name: str) -> None:
    with closing(databases.connect(name)) as connection:
        snapshot: Snapshot = take(connection)
        watch(connection)
    with closing(databases.reader(name)) as connection:
        sequences.advance(connection, snapshot)
        # Else nothing would come of it where they do run.
        connection.cursor().execute("SET default_transaction_read_only = off")
        assert len(rows.read(connection, snapshot).tables["public", "t"].rows) == 2
        sequences.out_of_sync(connection, snapshot)
        sequences.positions(connection, snapshot)


def test_the_same_functions_take_over_where_a_superuser_reads(databases: Databases) -> None:
    """Else the tests above would prove nothing."""
    with databases.temporary("power") as name:
        for statements in (TABLE, POWER, PLACES["an index"]):
            ask(databases.address(name), statements)
        ask(databases.server.admin.with_database(name), "SELECT a FROM ONLY public.t")
        found = ask(databases.address(name), "SELECT rolsuper FROM pg_roles WHERE rolname = 'project'")
        ask(databases.server.admin, "ALTER ROLE project NOSUPERUSER")
        assert found == [(True,)]


def test_the_reader_reads_and_has_no_powers(databases: Databases) -> None:
    with databases.temporary("reader") as name:
        ask(databases.address(name), f"{TABLE}; REVOKE ALL ON t FROM CURRENT_USER")
        with closing(databases.connect(name)) as connection:
            snapshot = take(connection)
        with closing(databases.reader(name)) as connection, connection.cursor() as cursor:
            assert len(rows.read(connection, snapshot).tables["public", "t"].rows) == 2
            cursor.execute("SET default_transaction_read_only = off")
            for statement in ("COPY (SELECT 1) TO PROGRAM 'cat'", "CREATE ROLE evil", "SET ROLE postgres"):
                with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                    cursor.execute(statement)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(databases.address(name), "SET ROLE migration_bot_reader")


INDEX = '''
from alembic import op

revision, down_revision = "b2", "a1"

def upgrade():
    op.execute("ALTER TABLE job ADD age integer")
    op.execute("""{power}""")
    op.execute("CREATE INDEX evil_index ON job (evil(1))")

def downgrade():
    power = op.get_bind().exec_driver_sql("SELECT rolsuper FROM pg_roles WHERE rolname = CURRENT_USER").scalar()
    raise RuntimeError("loot: [" + ("1" if power else "") + "] :loot")
'''


@pytest.mark.in_turn
def test_the_whole_run_gives_no_power(machine: Machine) -> None:
    with_age = MODELS + "    age = sa.Column(sa.Integer)\n"
    machine.commit({"models.py": with_age, "migrations/versions/b2_evil.py": INDEX.format(power=POWER)})
    ended = machine.check()
    assert "loot: [] :loot" in ended.text, ended.text
    assert "loot: [1]" not in ended.text


WORDS = {
    "dblink": 'permission denied to create extension "dblink"',
    "file_fdw": 'could not open extension control file "/usr/share/extension/file_fdw.control": gone',
    "pageinspect": 'extension "pageinspect" is not available',
    "adminpack": 'permission denied to create extension "adminpack"',
}


@pytest.mark.parametrize("extension", WORDS)
def test_an_errors_words_make_no_extension_that_a_superuser_has_to_make(databases: Databases, extension: str) -> None:
    """A migration that raised such an error was given `dblink`, which leads out of the server."""
    remedy = missing_extensions.find(WORDS[extension])
    assert remedy is not None
    with databases.temporary("words") as name:
        assert not Builder(databases)._apply(name, remedy)
        assert ask(databases.address(name), f"SELECT FROM pg_extension WHERE extname = '{extension}'") == []


def test_there_is_an_end_of_what_errors_ask_for(databases: Databases) -> None:
    """Each attempt was answered with another name: the bot made roles until its job was ended."""
    asked: list[str] = []

    def evil(_address: Address) -> None:
        asked.append(f"asked_{uuid4().hex}")
        raise ProjectError(f'role "{asked[-1]}" does not exist')

    with pytest.raises(ProjectError, match="does not exist"):
        Builder(databases)._build("asked", evil)
    assert len(asked) == builder._MOST + 1
    for role in asked[:-1]:
        ask(databases.server.admin, f"DROP ROLE {role}")


@pytest.mark.parametrize("extension", ["citext", "pgcrypto", "btree_gist"])
def test_trusted_extensions_need_no_superuser(databases: Databases, extension: str) -> None:
    remedy = missing_extensions.find(f'permission denied to create extension "{extension}"')
    assert remedy is not None
    with databases.temporary("words") as name:
        assert Builder(databases)._apply(name, remedy)
        made = f"SELECT extowner::regrole::text FROM pg_extension WHERE extname = '{extension}'"
        assert ask(databases.address(name), made) == [("project",)]
