"""Databases: the project's code gets one that is thrown away, as a role without powers, and reaches no other."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from bot.database.embedded import limits
from bot.database.servers import Context, Server, start
from bot.system import LOG_TAIL, accounts, control_group
from tests.support.machine import SECRET, Machine
from tests.support.process import TEMPORARY
from tests.support.projects import ENV, MODELS

STEPS = {
    "a program": "COPY (SELECT 1) TO PROGRAM 'touch {mark}'",
    "a file of the server": "SELECT pg_read_file('postgresql.conf')",
    "a file elsewhere": "SELECT pg_read_file('/etc/passwd')",
    "a file written": "COPY (SELECT 1) TO '{mark}'",
    "a large object": "SELECT lo_export(lo_from_bytea(0, 'x'), '{mark}')",
    "another program's language": "CREATE EXTENSION plpython3u",
    "another server": "CREATE EXTENSION dblink",
    "foreign files": "CREATE EXTENSION file_fdw",
    "more power": "ALTER ROLE CURRENT_USER SUPERUSER",
    "another's power": "SET SESSION AUTHORIZATION postgres",
    "another's role": "SET ROLE postgres",
    "a role of its own": "CREATE ROLE evil SUPERUSER LOGIN",
    "a member of power": "GRANT pg_execute_server_program TO CURRENT_USER",
    "another database": "CREATE DATABASE evil",
    "a setting of the server": "ALTER SYSTEM SET log_statement = 'all'",
    "the catalog itself": "UPDATE pg_catalog.pg_authid SET rolsuper = true",
    "the system's functions": "CREATE FUNCTION pg_catalog.evil() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "a library": "LOAD 'auto_explain'",
    "passwords": "SELECT rolpassword FROM pg_authid",
    "triggers for everybody": "CREATE EVENT TRIGGER evil ON ddl_command_end EXECUTE FUNCTION pg_notify()",
}
TRY = """
from alembic import op
import psycopg2
import sqlalchemy as sa

revision, down_revision = "b2", "a1"

def upgrade():
    done = []
    engine = sa.create_engine("postgresql://", isolation_level="AUTOCOMMIT")
    for name, statement in {steps!r}.items():
        try:
            with engine.connect() as connection:
                # By the driver: of SQLAlchemy's statements the worker keeps some from the server.
                connection.connection.cursor().execute(statement)
            done.append(name)
        except psycopg2.Error:
            pass
    import json
    raise RuntimeError("loot: " + json.dumps(done) + " :loot")

def downgrade():
    pass
"""


@pytest.mark.in_turn
def test_the_role_has_no_powers(machine: Machine) -> None:
    mark = machine.temporary / "mark"
    steps = {name: statement.format(mark=mark) for name, statement in STEPS.items()}
    machine.commit({"migrations/versions/b2_evil.py": TRY.format(steps=steps)})
    ended = machine.check()
    assert ended.code == 1
    assert "loot: [] :loot" in ended.text, ended.text
    assert not mark.exists()


FUNCTION = """
CREATE FUNCTION evil() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = CURRENT_USER) THEN
        ALTER ROLE project SUPERUSER;
    END IF;
    RETURN NEW;
END $$
"""
TRAP = '''
from alembic import op

revision, down_revision = "b2", "a1"

def upgrade():
    op.execute("ALTER TABLE job ADD age integer")
    op.execute("""{function}""")
    op.execute("CREATE TRIGGER evil BEFORE INSERT OR UPDATE OR DELETE ON job FOR EACH ROW EXECUTE FUNCTION evil()")
    op.execute("CREATE FUNCTION public.count(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN"
               " ALTER ROLE project SUPERUSER; RETURN ''; END $$")
    op.execute("CREATE FUNCTION public.format(text, name) RETURNS text LANGUAGE plpgsql AS $$ BEGIN"
               " ALTER ROLE project SUPERUSER; RETURN ''; END $$")
    name = op.get_bind().exec_driver_sql("SELECT current_database()").scalar()
    op.execute(f'ALTER DATABASE "{{name}}" SET search_path = public, pg_catalog')
    power = op.get_bind().exec_driver_sql("SELECT rolsuper FROM pg_roles WHERE rolname = CURRENT_USER").scalar()
    if power:
        raise RuntimeError("loot: power")

def downgrade():
    power = op.get_bind().exec_driver_sql("SELECT rolsuper FROM pg_roles WHERE rolname = CURRENT_USER").scalar()
    if power:
        raise RuntimeError("loot: power")
    op.execute("DROP TRIGGER evil ON job")
    op.execute("DROP FUNCTION evil(), public.count(text), public.format(text, name)")
    op.execute("ALTER TABLE job DROP age")
'''


@pytest.mark.in_turn
def test_traps_for_the_bots_own_session_catch_nothing(machine: Machine) -> None:
    with_age = MODELS + "    age = sa.Column(sa.Integer)\n"
    machine.commit({"models.py": with_age, "migrations/versions/b2_trap.py": TRAP.format(function=FUNCTION)})
    ended = machine.check()
    (project,) = ended.report.projects
    assert [step.error.message for step in project.round_trip.steps if step.error] == []
    assert ended.report.status in ("proven", "warning", "failed"), ended.text


HOARD = """
SET work_mem = '1TB';
SELECT count(*) FROM (SELECT DISTINCT repeat(md5(number::text), 1000) FROM generate_series(1, 100000) AS number) AS kept
"""
SHOUT = "DO $$ BEGIN FOR number IN 1..400 LOOP RAISE LOG '%', repeat('x', 100000); END LOOP; END $$"


@pytest.fixture
def narrow(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Server, Path]]:
    """A server whose limits are met soon, and the folder of its log."""
    monkeypatch.setattr(limits, "_LEAST", 200 << 20)
    monkeypatch.setattr(limits, "_SHARE", 1 << 20)
    monkeypatch.setattr(limits, "_SEGMENT", 32 << 20)
    run = tmp_path_factory.mktemp("run")
    with start("embedded", Context(run, tmp_path_factory.mktemp("cache"), TEMPORARY, accounts())) as server:
        yield server, run


def test_a_session_takes_neither_all_memory_nor_the_disk_for_the_log(narrow: tuple[Server, Path]) -> None:
    server, run = narrow
    with closing(server.admin.connect()) as connection, connection.cursor() as cursor:
        with pytest.raises(psycopg2.errors.OutOfMemory):
            cursor.execute(HOARD)
        connection.rollback()
        cursor.execute(SHOUT)
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    assert sum(file.stat().st_size for file in run.glob("*.log")) == 32 << 20
    assert len(server.log_tail()) <= LOG_TAIL


@pytest.mark.skipif(control_group.group() is None, reason="no control group can be made here")
def test_the_server_counts_with_the_programs_of_the_run(narrow: tuple[Server, Path]) -> None:
    server, _ = narrow
    with closing(server.admin.connect()) as connection:
        groups = Path(f"/proc/{connection.info.backend_pid}/cgroup").read_text()
    group = control_group.group()
    assert group is not None
    assert any(line.endswith(f"/{group.folders[0].name}") for line in groups.splitlines()), groups


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Another server of this machine, which lets everybody in who has its password."""
    context = Context(tmp_path_factory.mktemp("run"), tmp_path_factory.mktemp("cache"), TEMPORARY, accounts())
    with start("embedded", context) as server:
        with closing(server.admin.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE public.treasure AS SELECT %s AS word", (SECRET,))
        yield server


WAYS = {
    "an address in env.py": "engine = create_engine({url!r})\n",
    "a creator": (
        "import psycopg2\nengine = create_engine('postgresql://', creator=lambda: psycopg2.connect({url!r}))\n"
    ),
    "a pool": (
        "import psycopg2\nfrom sqlalchemy.pool import NullPool\n"
        "engine = create_engine('postgresql://', pool=NullPool(lambda: psycopg2.connect({url!r})))\n"
    ),
    "a listener": (
        "import psycopg2\nfrom sqlalchemy import event\nengine = create_engine('postgresql://')\n"
        "event.listen(engine, 'do_connect', lambda *_: psycopg2.connect({url!r}), insert=True)\n"
    ),
    "the environment": (
        "import os\nfrom sqlalchemy.engine import make_url\nurl = make_url({url!r})\n"
        "os.environ.update(PGHOST=url.query['host'], PGUSER=url.username, PGPASSWORD=url.password)\n"
        "engine = create_engine('postgresql://')\n"
    ),
}


@pytest.mark.in_turn
@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_sqlalchemys_leads_to_another_server(machine: Machine, other: Server, way: str) -> None:
    admin = other.admin
    url = f"postgresql://{admin.user}:{admin.password}@/{admin.dbname}?host={admin.host}"
    first, _, rest = ENV.partition("engine = ")
    own = first.replace("engine_from_config", "create_engine, engine_from_config") + WAYS[way].format(url=url)
    take = "    raise RuntimeError('loot: ' + str(connection.exec_driver_sql('SELECT * FROM treasure').scalar()))\n"
    _, _, body = rest.partition("with engine.connect() as connection:\n")
    machine.commit({"migrations/env.py": own + "with engine.connect() as connection:\n" + take + body})
    ended = machine.check()
    assert SECRET not in ended.text.replace(admin.password, "")
    assert ended.report.status == "error" or "treasure" in ended.text, ended.text
    with closing(admin.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname IN ('job', 'alembic_version')")
        assert cursor.fetchone() == (0,)
