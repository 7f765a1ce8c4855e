"""Migration files: written by the project's Alembic from autogenerate or from operations, then really run."""

import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.database.databases import Databases
from bot.errors import ProjectError
from bot.project.client.client import File, Plan, Worker
from bot.schema.compare import compare
from bot.schema.snapshots import take
from bot.system.timing import Clock
from tests.integration.project.conftest import NewWorker
from tests.support import projects

HEAD = """
import sqlalchemy as sa
from sqlalchemy.orm import declarative_base
from sqlalchemy.dialects import postgresql
Base = declarative_base()
T, C = sa.Table, sa.Column
M = Base.metadata
"""
JOB = "class Job(Base):\n    __tablename__ = 'job'\n    id = C(sa.Integer, primary_key=True)\n"
NAME = "    name = C(sa.String(30), nullable=False)\n"


class Stand:
    """A history at a1, and the head models' database."""

    def __init__(self, worker: Worker, databases: Databases, setup: str = "") -> None:
        self.worker, self.databases = worker, databases
        self.old, self.new = databases.create("old"), databases.create("new")
        worker.upgrade(databases.address(self.old), "a1")
        connection = databases.address(self.old).connect()
        with connection.cursor() as cursor:
            cursor.execute(setup or "SELECT 1")
        connection.close()
        worker.create_all(databases.address(self.new))

    def write(self, upgrade: list[dict[str, Any]], downgrade: list[dict[str, Any]] | None = None) -> File:
        address = self.databases.address
        plan = Plan(tuple(upgrade), tuple(downgrade or ()), address(self.new), address(self.old))
        return self.worker.revision(address(self.old), message="change", revision_id="b2", operations=plan)

    def differences(self, one: str, other: str) -> list[str]:
        snapshots = []
        for name in (one, other):
            connection = self.databases.connect(name)
            snapshots.append(take(connection, frozenset({("public", "alembic_version")})))
            connection.close()
        return [f"{d.action} {d.kind} {d.parent}.{d.name}: {d.before} {d.after}" for d in compare(*snapshots)]

    def proves(self, file: File) -> None:
        """Up leads to the models, down to where it began."""
        name = self.databases.create("proof", self.old)
        self.worker.upgrade(self.databases.address(name))
        assert self.differences(name, self.new) == [], file.source
        self.worker.downgrade(self.databases.address(name), "a1")
        assert self.differences(name, self.old) == [], file.source


def body(file: File, direction: str = "upgrade") -> str:
    """The operations in the file, without Alembic's comments."""
    text = file.source.partition(f"def {direction}()")[2].partition("\ndef ")[0]
    text = text.partition("please adjust! ###\n")[2].partition("    # ### end")[0]
    return "\n".join(line.removeprefix("    ") for line in text.rstrip().splitlines())


def at(**more: Any) -> dict[str, Any]:
    return {"schema": "public", "table": "job", **more}


def test_columns_come_change_and_go(new_worker: NewWorker, databases: Databases) -> None:
    models = HEAD + JOB + "    name = C(sa.Text)\n    size = C(sa.BigInteger, nullable=False, comment='bytes')\n"
    stand = Stand(new_worker({"models.py": models}), databases)
    file = stand.write(
        [
            {"op": "add_column", **at(column="size"), "nullable": True},
            {"op": "execute", "sql": "UPDATE job SET size = 0"},
            {"op": "alter_column", **at(column="size"), "nullable": False},
            {"op": "alter_column", **at(column="name"), "type": True, "using": "name::text"},
            {"op": "alter_column", **at(column="name"), "nullable": True},
        ],
        [
            {"op": "alter_column", **at(column="name"), "type": True, "comment": "# longer names are cut"},
            {"op": "alter_column", **at(column="name"), "nullable": False},
            {"op": "drop_column", **at(column="size")},
        ],
    )
    assert body(file) == (
        "op.add_column('job', sa.Column('size', sa.BigInteger(), nullable=True, comment='bytes'))\n"
        'op.execute("UPDATE job SET size = 0")\n'
        "op.alter_column('job', 'size',\n           existing_type=sa.BigInteger(),\n           nullable=False)\n"
        "op.alter_column('job', 'name',\n           existing_type=sa.VARCHAR(length=30),\n"
        "           type_=sa.Text(),\n           postgresql_using='name::text')\n"
        "op.alter_column('job', 'name',\n           existing_type=sa.VARCHAR(length=30),\n           nullable=True)"
    )
    assert body(file, "downgrade").startswith("# longer names are cut\nop.alter_column('job', 'name',")
    stand.proves(file)


def test_tables_enums_and_keys(new_worker: NewWorker, databases: Databases) -> None:
    models = HEAD + JOB + NAME + (
        "    state = C(sa.Enum('on', 'it\\'s', name='state'), nullable=False)\n"
        "    states = C(postgresql.ARRAY(sa.Enum('on', 'it\\'s', name='state')))\n"
        "T('log', M, C('id', sa.BigInteger, sa.Identity(), primary_key=True),"
        " C('job_id', sa.ForeignKey('job.id', ondelete='CASCADE')), C('text', sa.Text, server_default='50%:x'),"
        " sa.CheckConstraint(\"text LIKE '%\\\\:x'\", name='has_x'), schema='side')\n"
        "sa.Index('ix_text', M.tables['side.log'].c.text, postgresql_where=sa.text(\"text <> '%'\"))\n"
    )  # fmt: skip
    stand = Stand(new_worker({"models.py": models}), databases)
    log = {"schema": "side", "table": "log"}
    file = stand.write(
        [
            {"op": "execute", "sql": "CREATE SCHEMA side"},
            {"op": "execute", "sql": "CREATE TYPE state AS ENUM ('on', 'it''s')"},
            {"op": "create_table", **log, "without_constraints": ["log_job_id_fkey"]},
            {"op": "add_column", **at(column="state"), "server_default": "'on'"},
            {"op": "alter_column", **at(column="state"), "server_default": None},
            {"op": "add_column", **at(column="states")},
            {"op": "create_index", **log, "name": "ix_text", "definition": "unused"},
            {
                "op": "create_foreign_key",
                **log,
                "name": "log_job_id_fkey",
                "columns": ["job_id"],
                "ref_schema": "public",
                "ref_table": "job",
                "ref_columns": ["id"],
                "ondelete": "CASCADE",
            },
        ],
        [
            {"op": "drop_constraint", **log, "name": "log_job_id_fkey", "type_": "foreignkey"},
            {"op": "drop_index", **log, "name": "ix_text"},
            {"op": "drop_table", **log},
            {"op": "drop_column", **at(column="states")},
            {"op": "drop_column", **at(column="state")},
            {"op": "execute", "sql": "DROP TYPE state"},
            {"op": "execute", "sql": "DROP SCHEMA side"},
        ],
    )
    assert "postgresql.ENUM('on', \"it's\", name='state', create_type=False), server_default=" in file.source
    assert "from sqlalchemy.dialects import postgresql\n" in file.source
    stand.proves(file)


def test_a_downgrade_restores_what_only_the_old_database_knows(new_worker: NewWorker, databases: Databases) -> None:
    setup = (
        "CREATE TYPE mood AS ENUM ('good');"
        "CREATE TABLE plain (id serial PRIMARY KEY, m mood DEFAULT 'good', t text DEFAULT '50%:x' CHECK (t LIKE '%a'),"
        " j int REFERENCES job, u int UNIQUE);"
        "CREATE INDEX plain_t ON plain (t DESC NULLS LAST);"
        "CREATE INDEX plain_u ON plain (u, j) WHERE u > 0;"
        "CREATE TABLE parts (id int NOT NULL, b box, CHECK (id > 0)) PARTITION BY RANGE (id);"
        "CREATE TABLE part1 PARTITION OF parts FOR VALUES FROM (1) TO (5) WITH (fillfactor = 70);"
        "CREATE UNLOGGED TABLE quick (id bigserial,"
        " g int GENERATED ALWAYS AS (1) STORED, i int GENERATED ALWAYS AS IDENTITY)"
    )
    stand = Stand(new_worker({"models.py": HEAD + JOB + NAME}), databases, setup)
    names = ["plain", "parts", "part1", "quick"]
    index = "CREATE INDEX plain_t ON public.plain USING btree (t DESC NULLS LAST)"
    other = "CREATE INDEX plain_u ON public.plain USING btree (u, j) WHERE (u > 0)"
    file = stand.write(
        [
            *({"op": "drop_table", "schema": "public", "table": name} for name in reversed(names)),
            {"op": "execute", "sql": "DROP TYPE mood"},
        ],
        [
            {"op": "execute", "sql": "CREATE TYPE mood AS ENUM ('good')"},
            *({"op": "create_table", "schema": "public", "table": name} for name in names),
            {"op": "create_index", "schema": "public", "table": "plain", "name": "plain_t", "definition": index},
            {"op": "create_index", "schema": "public", "table": "plain", "name": "plain_u", "definition": other},
        ],
    )
    assert "op.create_index('plain_u', 'plain', ['u', 'j'], unique=False, postgresql_where=sa.text('(u > 0)'))" in (
        file.source
    )
    stand.proves(file)


def test_types_that_sqlalchemy_does_not_know(new_worker: NewWorker, databases: Databases) -> None:
    setup = "ALTER TABLE job ADD place txid_snapshot NOT NULL DEFAULT '1:1:';"
    setup += "CREATE TABLE odd (x pg_lsn[], y txid_snapshot)"
    stand = Stand(new_worker({"models.py": HEAD + JOB + NAME}), databases, setup)
    odd = {"schema": "public", "table": "odd"}
    file = stand.write(
        [{"op": "drop_column", **at(column="place")}, {"op": "drop_table", **odd}],
        [{"op": "add_column", **at(column="place")}, {"op": "create_table", **odd}],
    )
    stand.proves(file)


def test_domains_are_used_and_not_made(new_worker: NewWorker, databases: Databases) -> None:
    models = HEAD + JOB + NAME + "    mail = C(postgresql.DOMAIN('mail', sa.String(40), not_null=True))\n"
    models += "T('log', M, C('mail', postgresql.ARRAY(postgresql.DOMAIN('mail', sa.String(40), not_null=True))))\n"
    stand = Stand(new_worker({"models.py": models}), databases)
    log = {"schema": "public", "table": "log"}
    file = stand.write(
        [
            {"op": "execute", "sql": "CREATE DOMAIN mail AS varchar(40) NOT NULL"},
            {"op": "add_column", **at(column="mail")},
            {"op": "create_table", **log},
        ],
        [
            {"op": "drop_table", **log},
            {"op": "drop_column", **at(column="mail")},
            {"op": "execute", "sql": "DROP DOMAIN mail"},
        ],
    )
    stand.proves(file)


def test_constraints_tables_and_comments(new_worker: NewWorker, databases: Databases) -> None:
    models = HEAD + (
        "T('work', M, C('id', sa.Integer), C('name', sa.String(30), nullable=False, comment='a \"name\"'),"
        " sa.PrimaryKeyConstraint('id', name='pk'), sa.UniqueConstraint('name', name='uq', deferrable=True,"
        " initially='DEFERRED'), sa.CheckConstraint(\"name <> '\\\\:x'\", name='ck'), comment='it''s')\n"
    )  # fmt: skip
    stand = Stand(new_worker({"models.py": models}), databases)
    work = {"schema": "public", "table": "work"}
    file = stand.write(
        [
            {"op": "rename_table", **at(), "new_name": "work"},
            {"op": "execute", "sql": "ALTER SEQUENCE job_id_seq RENAME TO work_id_seq"},
            {"op": "drop_constraint", **work, "name": "job_pkey", "type_": "primary"},
            {"op": "create_primary_key", **work, "name": "pk", "columns": ["id"]},
            {
                "op": "create_unique_constraint",
                **work,
                "name": "uq",
                "columns": ["name"],
                "deferrable": True,
                "initially": "DEFERRED",
            },
            {"op": "create_check_constraint", **work, "name": "ck", "condition": "name <> ':x'"},
            {"op": "create_table_comment", **work, "comment_text": "its"},
            {"op": "alter_column", **work, "column": "name", "comment_text": 'a "name"'},
        ],
        [
            {"op": "alter_column", **work, "column": "name", "comment_text": None},
            {"op": "drop_table_comment", **work},
            {"op": "drop_constraint", **work, "name": "ck", "type_": "check"},
            {"op": "drop_constraint", **work, "name": "uq", "type_": "unique"},
            {"op": "drop_constraint", **work, "name": "pk", "type_": "primary"},
            {"op": "create_primary_key", **work, "name": "job_pkey", "columns": ["id"]},
            {"op": "execute", "sql": "ALTER SEQUENCE work_id_seq RENAME TO job_id_seq"},
            {"op": "rename_table", **work, "new_name": "job"},
        ],
    )
    stand.proves(file)


def test_names_of_a_naming_convention_are_not_made_twice(new_worker: NewWorker, databases: Databases) -> None:
    convention = "sa.MetaData(naming_convention={'ck': 'ck_%(table_name)s_%(constraint_name)s'})"
    models = HEAD.replace("declarative_base()", f"declarative_base(metadata={convention})")
    models += JOB + NAME + "    __table_args__ = (sa.CheckConstraint(\"name <> ''\", name='filled'),)\n"
    stand = Stand(new_worker({"models.py": models}), databases)
    file = stand.write(
        [
            {"op": "create_check_constraint", **at(name="ck_job_filled", condition="name <> ''")},
        ],
        [
            {"op": "drop_constraint", **at(name="ck_job_filled", type_="check")},
        ],
    )
    stand.proves(file)


def test_statements_are_exact_whatever_they_contain(new_worker: NewWorker, databases: Databases) -> None:
    """Colons, percent signs, backslashes, quotes and the lines of a function's body."""
    text = r"""12:30 :name ::x 100% \: \\:y "q" 'a' :: :"""
    function = f"CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$\n  SELECT $x${text}$x$\n\n    ;\n$$"
    stand = Stand(new_worker({"models.py": HEAD + JOB + NAME}), databases)
    long = "SELECT " + " + ".join(["1"] * 90)
    file = stand.write(
        [
            {"op": "execute", "sql": function},
            {"op": "execute", "sql": long},
            {"op": "execute", "sql": "COMMENT ON TABLE job IS ': # x'"},
            {"op": "execute", "sql": "SELECT 1", "autocommit": True},
            {"op": "execute", "sql": "SELECT 2"},
        ]
    )
    assert 'with op.get_context().autocommit_block():\n        op.execute("SELECT 1")\n    op.execute' in file.source
    assert max(len(line) for line in file.source.splitlines()) < 121
    name = databases.create("proof", stand.old)
    ran = stand.worker.upgrade(databases.address(name), trace=True)
    assert ran.statements[1].sql == long
    connection = databases.address(name).connect()
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc, obj_description('job'::regclass) FROM pg_proc WHERE proname = 'f'")
        assert cursor.fetchone() == (f"\n  SELECT $x${text}$x$\n\n    ;\n", ": # x")
    connection.close()


def test_operations_left_out(new_worker: NewWorker, databases: Databases) -> None:
    models = HEAD + JOB + NAME + "    size = C(sa.Integer)\n    kind = C(sa.Text)\n"
    worker = new_worker({"models.py": models})
    address = databases.address(databases.create("old"))
    worker.upgrade(address)
    proposed = worker.autogenerate(address)
    assert [text.partition("(")[0] for text in proposed] == ["op.add_column", "op.add_column"]
    file = worker.revision(address, message="x", revision_id="b2", skip=proposed[:1])
    assert list(file.operations) == proposed[1:]
    assert body(file) == proposed[1]
    assert body(file, "downgrade") == "op.drop_column('job', 'kind')"
    assert file.tables == (("public", "job"), ("public", "job"))


def test_autogenerate_looks_at_nothing_but_the_tables_it_is_asked_about(
    new_worker: NewWorker, databases: Databases
) -> None:
    """What is reflected or compared, env.py's filter is asked about."""
    filter_ = """
def included(item, name, kind, *_):
    if kind == "column" and item.table.name == "far":
        raise RuntimeError("looked at the columns of far")
    return name != "secret"

config = context.config"""
    env = projects.ENV.replace("config = context.config", filter_)
    env = env.replace("target_metadata=Base.metadata", "target_metadata=Base.metadata, include_object=included")
    models = HEAD + JOB + NAME + "    size = C(sa.Integer)\n    secret = C(sa.Integer)\n"
    models += "class Far(Base):\n    __tablename__ = 'far'\n    id = C(sa.Integer, primary_key=True)\n"
    worker = new_worker({"migrations/env.py": env, "models.py": models})
    address = databases.address(databases.create("old"))
    worker.upgrade(address)
    with closing(address.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE far (id int PRIMARY KEY, gone int)")
    assert worker.autogenerate(address, []) == []
    assert worker.autogenerate(address, [("public", "job")]) == [
        "op.add_column('job', sa.Column('size', sa.Integer(), nullable=True))"
    ]
    with pytest.raises(ProjectError, match="looked at the columns of far"):
        worker.autogenerate(address)


def test_custom_types_are_imported_under_a_trimmed_template(new_worker: NewWorker, databases: Databases) -> None:
    template = """\"\"\"${message}\"\"\"
from alembic import op
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}

def upgrade():
    ${upgrades if upgrades else "pass"}

def downgrade():
    ${downgrades if downgrades else "pass"}
"""
    types = "import sqlalchemy as sa\nclass Money(sa.types.UserDefinedType):\n    cache_ok = True\n"
    types += "    def get_col_spec(self, **kw):\n        return 'NUMERIC'\n"
    models = HEAD + "import app.types\n" + JOB + NAME + "    price = C(app.types.Money)\n"
    worker = new_worker(
        {
            "migrations/script.py.mako": template,
            "app/types.py": types,
            "app/__init__.py": "",
            "models.py": models,
        }
    )
    address = databases.address(databases.create("old"))
    worker.upgrade(address)
    file = worker.revision(address, message="x", revision_id="b2")
    assert file.source.startswith('"""x"""\nfrom alembic import op\nimport app.types\nimport sqlalchemy as sa\n')
    worker.upgrade(address)
    assert worker.autogenerate(address) == []


def test_a_library_that_keeps_the_configuration_of_the_first_task(new_worker: NewWorker, databases: Databases) -> None:
    """A module that env.py imports is loaded once, and goes on to set the options of the `Config` that it saw then."""
    worker = new_worker(
        {
            "migrations/env.py": "import shared\n" + projects.ENV + "shared.ready()\n",
            "shared.py": (
                "from alembic import context\n"
                "config = context.config\n"
                "def ready():\n"
                '    config.set_main_option("motto", "one for all")\n'
            ),
            "migrations/script.py.mako": projects.TEMPLATE + '# ${config.get_main_option("motto").upper()}\n',
        }
    )
    address = databases.address(databases.create("old"))
    worker.upgrade(address)
    assert worker.revision(address, message="x", revision_id="b2").source.endswith("# ONE FOR ALL\n")


def test_an_env_py_that_can_be_executed_once_only(new_worker: NewWorker, databases: Databases) -> None:
    """It maps classes, which SQLAlchemy takes once: each command of Alembic's has a process of its own."""
    models = """
        import sqlalchemy as sa
        from sqlalchemy.orm import registry
        mapping = registry()
        class Job: ...
        job = sa.Table("job", mapping.metadata, sa.Column("id", sa.Integer, primary_key=True))
        def map_tables():
            mapping.map_imperatively(Job, job)
        """
    env = projects.ENV.replace("import Base", "import map_tables, mapping\nmap_tables()")
    worker = new_worker({"models.py": models, "migrations/env.py": env.replace("Base.metadata", "mapping.metadata")})
    address = databases.address(databases.create("old"))
    worker.upgrade(address)
    worker.revision(address, message="x", revision_id="b2")
    worker.upgrade(address)
    assert worker.autogenerate(address) == []


ENTITIES = """
from alembic_utils.pg_view import PGView
from alembic_utils.replaceable_entity import register_entities
register_entities([PGView("public", "names", "SELECT name FROM job")])
"""


def test_what_owners_may_do_is_not_taken_from_them(
    new_worker: NewWorker, databases: Databases, with_alembic_utils: Path
) -> None:
    """alembic_utils looks at privileges of everybody but superusers, and the bot's role is none."""
    models = HEAD + JOB + NAME + "    size = C(sa.Integer)\n"
    files = {"models.py": models, "migrations/env.py": ENTITIES + projects.ENV}
    worker = new_worker(files, with_alembic_utils)
    address = databases.address(databases.create("old"))
    worker.upgrade(address)
    view, column = sorted(worker.autogenerate(address), key=lambda text: "size" in text)
    assert ("create_entity(public_names)" in view, "size" in column) == (True, True)
    file = worker.revision(address, message="x", revision_id="b2")
    assert ("size" in file.source, "names" in file.source, "PGGrant" in file.source) == (True, True, False)
    worker.upgrade(address)
    assert worker.autogenerate(address) == []


REWRITER = """
from alembic.autogenerate.rewriter import Rewriter
from alembic.operations import ops

rewriter = Rewriter()

@rewriter.rewrites(ops.AddColumnOp)
def in_two_steps(context, revision, op):
    if op.column.nullable:
        return op
    op.column.nullable = True
    then = ops.AlterColumnOp(op.table_name, op.column.name, modify_nullable=False, existing_type=op.column.type)
    return [op, then]
"""


@pytest.mark.parametrize("rewrites", [False, True])
def test_a_rewriter_that_is_handed_the_models_columns(
    new_worker: NewWorker, databases: Databases, rewrites: bool
) -> None:
    """As Alembic's documentation has it: it changes the models, which a command of its own would find unchanged."""
    directives = "target_metadata=Base.metadata, process_revision_directives=rewriter"
    env = REWRITER + projects.ENV.replace("target_metadata=Base.metadata", directives)
    models = HEAD + JOB + NAME + "    size = C(sa.Integer, nullable=False, server_default='0')\n"
    worker = new_worker({"models.py": models, **({"migrations/env.py": env} if rewrites else {})})
    address = databases.address(databases.create("old"))
    worker.upgrade(address)
    with Clock("test").running() as clock:
        for revision in ("b2", "c3"):
            file = worker.revision(address, message="x", revision_id=revision)
            assert body(file).count("nullable=False") == 1
            worker.discard(file.path)
        worker.revision(address, message="x", revision_id="d4")
        worker.upgrade(address)
        assert worker.autogenerate(address) == []
    starts = [span for span in clock.spans if span.name == "project.start"]
    assert len(starts) == (3 if rewrites else 0)


@pytest.mark.parametrize("asks", ["", "tables = sa.inspect(bind).get_table_names()\n"])
def test_a_revision_that_uses_op_while_it_is_imported(new_worker: NewWorker, databases: Databases, asks: str) -> None:
    """Alembic imports revisions within its contexts; read without one, the file stopped with a NameError."""
    first = projects.FIRST.replace("def upgrade", f"bind = op.get_bind()\n{asks}\ndef upgrade", 1)
    counted = 'bind.execute(sa.text("SELECT 1"))\n    op.create_table('
    worker = new_worker({"migrations/versions/a1_first.py": first.replace("op.create_table(", counted)})
    loaded = worker.load()
    assert [revision.revision for revision in loaded.revisions] == ["a1"]
    assert len(loaded.history) == 1
    stand = Stand(worker, databases)
    file = stand.write([{"op": "execute", "sql": "SELECT 1"}])
    assert file.source.count("SELECT 1") == 1


@pytest.mark.parametrize(
    ("template", "lack"),
    [
        (None, "there is no script.py.mako beside env.py"),
        ("def upgrade():\n    pass\n", "script.py.mako has no place for operations"),
    ],
)
def test_a_project_whose_template_is_of_no_use(
    new_worker: NewWorker, databases: Databases, tmp_path: Path, template: str | None, lack: str
) -> None:
    """Its files are written by hand: what was generated came out empty."""
    worker = new_worker({"models.py": projects.MODELS + "    age = sa.Column(sa.Integer)\n"})
    path = tmp_path / "project/migrations/script.py.mako"
    path.unlink()
    if template:
        path.write_text(template)
    address = databases.address(databases.create("old"))
    worker.upgrade(address)
    file = worker.revision(address, message="x", revision_id="b2")
    assert "op.add_column" in file.source
    assert file.notes == (f"{lack}: the file is made by Alembic's own",)


def test_a_new_name_is_written_by_old_versions(new_worker: NewWorker, databases: Databases, oldest: Path) -> None:
    """Autogenerate renames nothing, and Alembic did not render the new name: the file did nothing at all."""
    models = projects.MODELS.replace("name = sa", "title = sa")
    stand = Stand(new_worker({"models.py": models}, oldest), databases)
    up, down = ({"op": "alter_column", **at(column=old), "new_name": new} for old, new in _NEW_NAMES)
    stand.proves(stand.write([up], [down]))


def test_a_column_is_written_with_sqlalchemy_1_3(
    new_worker: NewWorker, databases: Databases, sqlalchemy_1_3: Path
) -> None:
    """Its columns are copied by another name."""
    old = "from sqlalchemy.ext.declarative import declarative_base"
    models = projects.MODELS.replace("from sqlalchemy.orm import declarative_base", old)
    stand = Stand(new_worker({"models.py": models + "    age = sa.Column(sa.Integer)\n"}, sqlalchemy_1_3), databases)
    added = {"op": "add_column", **at(column="age")}
    stand.proves(stand.write([added], [{"op": "drop_column", **at(column="age")}]))


def test_tables_and_columns_are_written_with_libraries_of_2018(
    new_worker: NewWorker, databases: Databases, libraries_of_2018: Path
) -> None:
    """What has come since was taken for granted: hooks, comments, an inspector that knows whether there is a table."""
    old = "from sqlalchemy.ext.declarative import declarative_base"
    models = projects.MODELS.replace("from sqlalchemy.orm import declarative_base", old).partition("    name =")[0]
    log = {"schema": "public", "table": "log"}
    more = models + "class Log(Base):\n    __tablename__ = 'log'\n    id = sa.Column(sa.Integer, primary_key=True)\n"
    stand = Stand(new_worker({"models.py": more}, libraries_of_2018), databases)
    back = [{"op": "add_column", **at(column="name")}, {"op": "drop_table", **log}]
    stand.proves(stand.write([{"op": "create_table", **log}, {"op": "drop_column", **at(column="name")}], back))


_NEW_NAMES = (("name", "title"), ("title", "name"))


def test_two_files_of_one_name(new_worker: NewWorker, databases: Databases) -> None:
    ini = projects.INI + "file_template = %%(slug)s\n"
    worker = new_worker({"alembic.ini": ini})
    address = databases.address(databases.create("old"))
    worker.upgrade(address)
    first = worker.revision(address, message="x", revision_id="b2")
    worker.upgrade(address)
    second = worker.revision(address, message="x", revision_id="c3")
    assert (first.path, second.path) == ("migrations/versions/x.py", "migrations/versions/x_c3.py")


def test_the_first_file_of_a_project(
    new_worker: NewWorker, databases: Databases, tmp_path: Path, alembic_1_17: Path
) -> None:
    """git keeps no empty folder: a clone of a new project has none for revisions, which Alembic 1.17 still needed."""
    worker = new_worker(python=alembic_1_17)
    shutil.rmtree(tmp_path / "project/migrations/versions")
    address = databases.address(databases.create("old"))
    first = worker.revision(address, message="x", revision_id="a1")
    assert first.path == "migrations/versions/a1_x.py"
    worker.upgrade(address)
    assert worker.autogenerate(address) == []


def test_before_the_first_file_old_versions_read_an_empty_history(
    new_worker: NewWorker, tmp_path: Path, oldest: Path
) -> None:
    worker = new_worker(python=oldest)
    shutil.rmtree(tmp_path / "project/migrations/versions")
    assert worker.load().revisions == []


def test_a_hook_whose_tool_is_missing(new_worker: NewWorker, databases: Databases) -> None:
    ini = projects.INI + "[post_write_hooks]\nhooks = f\nf.type = console_scripts\nf.entrypoint = no-such-tool\n"
    worker = new_worker({"alembic.ini": ini})
    address = databases.address(databases.create("old"))
    worker.upgrade(address)
    file = worker.revision(address, message="x", revision_id="b2")
    assert len(file.notes) == 1
    assert "no-such-tool" in file.notes[0]


def test_directives_of_the_project_keep_the_last_word(new_worker: NewWorker, databases: Databases) -> None:
    def env(line: str) -> str:
        hook = f"def direct(context, revision, directives):\n    {line}\n"
        call = "target_metadata=Base.metadata, process_revision_directives=direct"
        return hook + projects.ENV.replace("target_metadata=Base.metadata", call)

    worker = new_worker({"migrations/env.py": env("directives[0].message = 'theirs'")})
    address = databases.address(databases.create("old"))
    worker.upgrade(address)
    assert worker.revision(address, message="ours", revision_id="b2").path.endswith("b2_theirs.py")
    worker = new_worker({"migrations/env.py": env("directives[:] = []")})
    worker.upgrade(address)
    with pytest.raises(ProjectError, match="leaves nothing to write"):
        worker.revision(address, message="ours", revision_id="c3")


def test_a_branched_history_needs_a_head(new_worker: NewWorker, databases: Databases) -> None:
    worker = new_worker(
        {
            f"migrations/versions/{n}.py": f"revision = '{n}'\ndown_revision = 'a1'\ndef upgrade(): pass\n"
            for n in ("b2", "c3")
        }
    )
    address = databases.address(databases.create("old"))
    worker.upgrade(address)
    with pytest.raises(ProjectError) as caught:
        worker.revision(address, message="x", revision_id="d4")
    assert caught.value.kind == "alembic"
    assert worker.revision(address, message="x", revision_id="d4", head="b2").path.endswith("d4_x.py")


def test_batches_are_kept_where_env_py_wants_them(new_worker: NewWorker, databases: Databases) -> None:
    """An author who has set `render_as_batch` gets operations on a table in one block, constraints included."""
    checks = (
        "    __table_args__ = (sa.CheckConstraint('size > 0', name='some'), sa.UniqueConstraint('name', name='one'))\n"
    )
    models = (
        HEAD + JOB + NAME + "    size = C(sa.Integer)\n    boss = C(sa.ForeignKey('job.id', name='led'))\n" + checks
    )
    env = projects.ENV.replace("target_metadata=Base.metadata", "target_metadata=Base.metadata, render_as_batch=True")
    stand = Stand(new_worker({"models.py": models, "migrations/env.py": env}), databases)
    file = stand.write(
        [
            {"op": "add_column", **at(column="size")},
            {"op": "add_column", **at(column="boss")},
            {"op": "create_check_constraint", **at(name="some", condition="size > 0"), "comment": "# no empty jobs"},
            {"op": "create_unique_constraint", **at(name="one", columns=["name"])},
            {"op": "execute", "sql": "SELECT 1"},
            {
                "op": "create_foreign_key",
                **at(name="led", columns=["boss"], ref_table="job", ref_columns=["id"], ref_schema="public"),
            },
        ],
        [
            {"op": "drop_constraint", **at(name="led", type_="foreign_key")},
            {"op": "drop_constraint", **at(name="one", type_="unique")},
            {"op": "drop_column", **at(column="boss")},
            {"op": "drop_column", **at(column="size")},
        ],
    )
    assert body(file) == (
        "with op.batch_alter_table('job', schema=None) as batch_op:\n"
        "    batch_op.add_column(sa.Column('size', sa.Integer(), nullable=True))\n"
        "    batch_op.add_column(sa.Column('boss', sa.Integer(), nullable=True))\n"
        "    # no empty jobs\n"
        "    batch_op.create_check_constraint('some', \"size > 0\")\n"
        "    batch_op.create_unique_constraint('one', ['name'])\n"
        "\n"
        'op.execute("SELECT 1")\n'
        "with op.batch_alter_table('job', schema=None) as batch_op:\n"
        "    batch_op.create_foreign_key('led', 'job', ['boss'], ['id'])"
    )
    stand.proves(file)


ENCRYPTED = """
class Encrypted(sa.types.TypeDecorator):
    impl = sa.String
    cache_ok = True

    def __init__(self, key, length):
        super().__init__(length)
        self.key = key

    def __repr__(self):
        return "Encrypted(key={!r}, length={})".format(self.key, self.impl.length)

"""


@pytest.mark.parametrize("by_autogenerate", [True, False])
def test_what_a_type_encrypts_with_stays_out_of_the_file(
    new_worker: NewWorker, databases: Databases, by_autogenerate: bool
) -> None:
    models = HEAD + ENCRYPTED + JOB + NAME + "    card = C(Encrypted('sesame', 120))\n"
    stand = Stand(new_worker({"models.py": models}), databases)
    if by_autogenerate:
        file = stand.worker.revision(databases.address(stand.old), message="change", revision_id="b2")
    else:
        file = stand.write([{"op": "add_column", **at(column="card")}], [{"op": "drop_column", **at(column="card")}])
    assert body(file) == "op.add_column('job', sa.Column('card', sa.String(length=120), nullable=True))"
    assert "sesame" not in file.source
    stand.proves(file)
