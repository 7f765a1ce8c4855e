"""What only migrations make, and the models need: nobody has to give it a second time."""

import pytest

from tests.support.changes import Change, finding, upgrade
from tests.support.projects import ENV
from tests.support.troubleshooting import appears

HISTORY = """
revision = "a1"
down_revision = None
from alembic import op

def upgrade():
    op.execute("CREATE SCHEMA util")
    op.execute("CREATE FUNCTION util.new_key() RETURNS text LANGUAGE sql AS $$ SELECT md5(random()::text) $$")
    op.execute("CREATE DOMAIN util.email AS text CHECK (VALUE LIKE '%@%')")
    op.execute("CREATE TEXT SEARCH CONFIGURATION util.plain (COPY = pg_catalog.english)")
    op.execute("CREATE TYPE mood AS ENUM ('sad', 'happy')")
    op.execute("CREATE EXTENSION hstore SCHEMA util")
    op.execute(
        "CREATE TABLE member (id serial PRIMARY KEY, key text DEFAULT util.new_key() NOT NULL, mail util.email,"
        " tags util.hstore, mood mood, name text NOT NULL,"
        " words tsvector GENERATED ALWAYS AS (to_tsvector('util.plain', name)) STORED)"
    )

def downgrade():
    op.execute("DROP TABLE member")
"""

MODELS = """
class Named(sa.types.UserDefinedType):
    cache_ok = True

    def __init__(self, name):
        self.name = name

    def get_col_spec(self, **_):
        return self.name

class Member(Base):
    __tablename__ = "member"
    id = Column(Integer, primary_key=True)
    key = Column(Text, server_default=text("util.new_key()"), nullable=False)
    mail = Column(Named("util.email"))
    tags = Column(Named("util.hstore"))
    mood = Column(sa.Enum({moods}, name="mood"))
    name = Column(Text, nullable=False)
    words = Column(postgresql.TSVECTOR, sa.Computed("to_tsvector('util.plain', name)", persisted=True))
"""


def test_models_are_built_on_what_their_history_makes(change: Change) -> None:
    change.base(MODELS.replace("{moods}", "'sad', 'happy'"), {"migrations/versions/a1_first.py": HISTORY})
    age = "    age = Column(Integer)\n"
    project = change.check(MODELS.replace("{moods}", "'sad', 'happy', 'calm'") + age)
    assert project.error is None
    assert project.status == "proven"
    assert project.drift == []
    text = upgrade(project)
    assert "add_column('member', sa.Column('age'" in text
    assert "ADD VALUE 'calm'" in text  # the models' own type is theirs, whatever the history has made of it
    assert "CREATE" not in text


PARTS = """
revision = "a1"
down_revision = None
from alembic import op

def upgrade():
    op.execute("CREATE TABLE login (id serial PRIMARY KEY, at timestamp)")
    op.execute('''CREATE FUNCTION part() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        EXECUTE format('CREATE TABLE IF NOT EXISTS %I () INHERITS (login)', concat('login_', to_char(NEW.at, 'YYYY')));
        RETURN NEW; END $$''')
    op.execute("CREATE TRIGGER parts BEFORE INSERT ON login FOR EACH ROW EXECUTE FUNCTION part()")

def downgrade():
    op.execute("DROP TABLE login CASCADE")
    op.execute("DROP FUNCTION part")
"""
LOGIN = """
class Login(Base):
    __tablename__ = "login"
    id = Column(Integer, primary_key=True)
    at = Column(sa.DateTime())
"""
SECOND = """
revision = "b2"
down_revision = "a1"
from alembic import op
import sqlalchemy as sa

def upgrade():
    op.add_column("login", sa.Column("name", sa.Text()))

def downgrade():
    op.drop_column("login", "name")
"""


@pytest.mark.parametrize("files", [{}, {"migrations/versions/b2_name.py": SECOND}], ids=["generated", "own"])
def test_tables_that_a_trigger_makes_for_rows_are_nobodys_change(change: Change, files: dict[str, str]) -> None:
    """Before: the bot's own rows made them, and they were left over after each step."""
    change.base(LOGIN, {"migrations/versions/a1_first.py": PARTS})
    project = change.check(LOGIN + "    name = Column(Text)\n", files)
    assert project.status == "warning", project.findings
    assert [found.code for found in project.findings if found.severity != "notice"] == ["tables-made-for-rows"]
    assert "login_2024" in finding(project, "tables-made-for-rows").title


def test_a_function_of_the_new_migration_is_there_for_the_new_models(change: Change) -> None:
    plain = "class Note(Base):\n    __tablename__ = 'note'\n    id = Column(Integer, primary_key=True)\n"
    first = "revision = 'a1'\ndown_revision = None\nfrom alembic import op\nimport sqlalchemy as sa\n"
    first += "def upgrade():\n    op.create_table('note', sa.Column('id', sa.Integer(), primary_key=True))\n"
    first += "def downgrade():\n    op.drop_table('note')\n"
    second = "revision = 'b2'\ndown_revision = 'a1'\nfrom alembic import op\nimport sqlalchemy as sa\n"
    second += "def upgrade():\n    op.execute('CREATE FUNCTION start() RETURNS int LANGUAGE sql AS $$ SELECT 7 $$')\n"
    second += "    op.add_column('note', sa.Column('size', sa.Integer(), server_default=sa.text('start()')))\n"
    second += "def downgrade():\n    op.drop_column('note', 'size')\n    op.execute('DROP FUNCTION start()')\n"
    change.base(plain, {"migrations/versions/a1_first.py": first})
    project = change.check(
        plain + "    size = Column(Integer, server_default=text('start()'))\n",
        {"migrations/versions/b2_size.py": second},
    )
    assert project.status == "proven"
    assert [m.origin for m in project.migrations] == ["pull_request"]


def test_an_extension_that_the_server_lacks_is_named_with_an_image(change: Change) -> None:
    plain = "class Note(Base):\n    __tablename__ = 'note'\n    id = Column(Integer, primary_key=True)\n"
    change.base(plain)
    place = "    place = Column(Named('geometry(POINT, 4326)'))\n"
    project = change.check(MODELS.partition("class Member")[0] + plain + place)
    assert project.status == "error"
    assert project.error is not None
    assert "no extension postgis" in project.error.message
    appears("the database server has no extension …", project.error.message)
    assert "--database docker:postgis/postgis:17-3.5" in project.error.advice


def test_a_table_of_another_service_is_asked_for(change: Change) -> None:
    env = """
from alembic import context
from sqlalchemy import engine_from_config
from models import Base

config = context.config
with engine_from_config(config.get_section(config.config_ini_section)).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=lambda item, name, kind, reflected, other: not (kind == "table" and name == "account"),
    )
    with context.begin_transaction():
        context.run_migrations()
"""
    account = "class Account(Base):\n    __tablename__ = 'account'\n    id = Column(Integer, primary_key=True)\n"
    note = "class Note(Base):\n    __tablename__ = 'note'\n    id = Column(Integer, primary_key=True)\n"
    first = "revision = 'a1'\ndown_revision = None\nfrom alembic import op\nimport sqlalchemy as sa\n"
    first += "def upgrade():\n    op.create_table('note', sa.Column('id', sa.Integer(), primary_key=True))\n"
    first += "def downgrade():\n    op.drop_table('note')\n"
    change.base(account + note, {"migrations/versions/a1_first.py": first, "migrations/env.py": env})
    key = "    account_id = Column(ForeignKey('account.id'))\n"
    project = change.check(account + note + key)
    assert project.status == "failed"
    assert "--setup 'CREATE TABLE account" in finding(project, "table-left-out").advice


WITH_ROLE = """
revision = "a1"
down_revision = None
from alembic import op

def upgrade():
    op.execute(
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'made_reader') THEN"
        " CREATE ROLE made_reader; END IF; END $$"
    )
    op.execute("CREATE TABLE member (id serial PRIMARY KEY)")
    op.execute("GRANT SELECT ON member TO made_reader, made_by_others")

def downgrade():
    op.execute("DROP TABLE member")
"""


def test_roles_that_migrations_make_or_take_for_granted_are_there(change: Change) -> None:
    """The history could not be built, and a new migration that grants something to such a role was `failed`."""
    member = "class Member(Base):\n    __tablename__ = 'member'\n    id = Column(Integer, primary_key=True)\n"
    change.base(member, {"migrations/versions/a1_first.py": WITH_ROLE})
    project = change.check(member + "    age = Column(Integer)\n")
    assert (project.error, project.status) == (None, "proven")
    assert project.baseline == "migrations"
    notes = [finding.title for finding in project.findings if "the role" in finding.title]
    assert len(notes) == 2, project.findings


def test_a_role_that_env_py_takes_on_may_make_objects(change: Change) -> None:
    """`SET ROLE` of a role that owns the objects elsewhere: "permission denied for schema public", and no verdict."""
    runs = "        context.run_migrations()"
    acting = ENV.replace(runs, f'        connection.exec_driver_sql("SET ROLE owner_elsewhere")\n{runs}')
    first = 'revision = "a1"\ndown_revision = None\nfrom alembic import op\n'
    first += "def upgrade():\n    op.execute('CREATE TABLE member (id serial PRIMARY KEY)')\n"
    first += "def downgrade():\n    op.execute('DROP TABLE member')\n"
    member = "class Member(Base):\n    __tablename__ = 'member'\n    id = Column(Integer, primary_key=True)\n"
    change.base(member, {"migrations/env.py": acting, "migrations/versions/a1_first.py": first})
    project = change.check(member + "    age = Column(Integer)\n")
    assert (project.error, project.status) == (None, "proven")
    assert any(one.title.startswith("let the role owner_elsewhere make objects") for one in project.findings)
