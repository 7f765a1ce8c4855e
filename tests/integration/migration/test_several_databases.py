"""An env.py with several databases, or several sections for one env.py: each is examined for itself, and one file is
for all of them.
"""

from tests.support.changes import Change
from tests.support.projects import INI

ENV = """
from alembic import context
from sqlalchemy import create_engine
import models

engines = {name: create_engine("postgresql+psycopg2://a@b/" + name) for name in ("shop", "log")}
connections = {name: engine.connect() for name, engine in engines.items()}
transactions = [connection.begin() for connection in connections.values()]
for name, connection in connections.items():
    context.configure(
        connection=connection,
        target_metadata={"shop": models.Base.metadata, "log": models.Log.metadata}[name],
        upgrade_token=name + "_upgrades",
        downgrade_token=name + "_downgrades",
    )
    context.run_migrations(engine_name=name)
for transaction in transactions:
    transaction.commit()
for connection in connections.values():
    connection.close()
"""

TEMPLATE = """
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade(engine_name):
    globals()["upgrade_" + engine_name]()


def downgrade(engine_name):
    globals()["downgrade_" + engine_name]()

% for name in ("shop", "log"):

def upgrade_${name}():
    ${context.get(name + "_upgrades", "pass")}


def downgrade_${name}():
    ${context.get(name + "_downgrades", "pass")}

% endfor
"""

FIRST = """
revision = "a1"
down_revision = None
from alembic import op
import sqlalchemy as sa

def upgrade(engine_name):
    op.create_table("entry", sa.Column("id", sa.Integer(), primary_key=True))

def downgrade(engine_name):
    op.drop_table("entry")
"""

# The same name in both databases, for another table.
MODELS = """
class Entry(Base):
    __tablename__ = "entry"
    id = Column(Integer, primary_key=True)
{shop}

class Log(DeclarativeBase):
    pass


class LogEntry(Log):
    __tablename__ = "entry"
    id = Column(Integer, primary_key=True)
{log}
"""


def models(shop: str = "", log: str = "") -> str:
    return MODELS.format(shop=f"    {shop}\n" if shop else "", log=f"    {log}\n" if log else "")


def based(change: Change) -> None:
    files = {"migrations/env.py": ENV, "migrations/script.py.mako": TEMPLATE, "migrations/versions/a1_first.py": FIRST}
    change.base(models(), files)


def test_one_file_is_written_for_all(change: Change) -> None:
    based(change)
    report = change.report(models("price = Column(Integer)", "level = Column(postgresql.ENUM('a', 'b', name='level'))"))
    assert [(p.label, p.status) for p in report.projects] == [
        ("alembic.ini [shop]", "proven"),
        ("alembic.ini [log]", "proven"),
    ]
    assert all(p.databases == ["shop", "log"] for p in report.projects)
    (first,), (second,) = (p.migrations for p in report.projects)
    assert first.source == second.source
    assert first.path == second.path
    shop, _, log = first.source.partition("def upgrade_log")
    assert "sa.Column('price'" in shop
    assert "level" not in shop
    assert "sa.Column('level'" in log
    assert [[d.name for d in p.declared] for p in report.projects] == [["price"], ["level", "level"]]


def test_what_does_not_change_stays_empty(change: Change) -> None:
    based(change)
    shop, log = change.report(models(log="level = Column(Integer)")).projects
    assert (shop.status, shop.migrations) == ("unchanged", [])
    assert log.status == "proven"
    assert log.migrations[0].source.partition("def upgrade_shop():\n")[2].lstrip().startswith("pass")


def test_an_authors_file_that_forgets_one_fails_for_that_one(change: Change) -> None:
    based(change)
    second = """
revision = "b2"
down_revision = "a1"
from alembic import op
import sqlalchemy as sa

def upgrade(engine_name):
    if engine_name == "shop":
        op.add_column("entry", sa.Column("price", sa.Integer()))

def downgrade(engine_name):
    if engine_name == "shop":
        op.drop_column("entry", "price")
"""
    report = change.report(
        models("price = Column(Integer)", "level = Column(Integer)"), {"migrations/versions/b2_second.py": second}
    )
    assert [(p.name, p.status) for p in report.projects] == [("shop", "proven"), ("log", "failed")]


def test_sections_that_share_their_revisions_share_the_file(change: Change) -> None:
    """Each was given a file at the same time, and met the other's in its folder: two heads, a wrong `failed`."""
    change.base("", {"alembic.ini": INI + INI.replace("[alembic]", "[live]")})
    table = "class Entry(Base):\n    __tablename__ = 'entry'\n    id = Column(Integer, primary_key=True)\n"
    report = change.report(table)
    assert [(p.name, p.status) for p in report.projects] == [("alembic", "proven"), ("live", "proven")]
    (first,), (second,) = (p.migrations for p in report.projects)
    assert (first.path, first.origin) == (second.path, second.origin)
    assert first.origin == "generated"
