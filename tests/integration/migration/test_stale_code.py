"""Code in the database that a migration renames or drops things under."""

from tests.support.changes import Change

OLD = """
class Sale(Base):
    __tablename__ = "sale"
    id = Column(Integer, primary_key=True)
    total = Column(Integer)
    status = Column(postgresql.ENUM("open", "closed", name="state"))
"""
NEW = OLD.replace("total", "amount").replace('"open"', '"active"')

FIRST = """
revision = "a1"
down_revision = None
from alembic import op

def upgrade():
    op.execute("CREATE TYPE state AS ENUM ('open', 'closed')")
    op.execute("CREATE TABLE sale (id serial PRIMARY KEY, total int, status state)")
    op.execute("CREATE SEQUENCE ticket_seq")
    op.execute("CREATE TABLE ticket (no int DEFAULT nextval('ticket_seq'::text))")
    op.execute("CREATE FUNCTION turnover() RETURNS bigint LANGUAGE plpgsql AS "
               "'BEGIN RETURN (SELECT sum(total) FROM sale); END'")
    op.execute("CREATE FUNCTION mended() RETURNS bigint LANGUAGE sql AS 'SELECT sum(total) FROM sale'")
    op.execute("CREATE FUNCTION parsed() RETURNS bigint LANGUAGE sql RETURN (SELECT sum(total) FROM sale)")
    op.execute("CREATE FUNCTION other() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) AS total FROM sale'")
    op.execute("CREATE VIEW todo AS SELECT total FROM sale WHERE status::text = 'open'")
    op.execute("CREATE VIEW typed AS SELECT total FROM sale WHERE status = 'open'")
    op.execute("CREATE POLICY seen ON sale USING (status::text <> 'open')")

def downgrade():
    pass
"""
SECOND = """
revision = "b2"
down_revision = "a1"
from alembic import op

MENDED = "CREATE OR REPLACE FUNCTION mended() RETURNS bigint LANGUAGE sql AS 'SELECT sum(%s) FROM sale'"

def upgrade():
    op.alter_column("sale", "total", new_column_name="amount")
    op.execute("ALTER TYPE state RENAME VALUE 'open' TO 'active'")
    op.execute("ALTER SEQUENCE ticket_seq RENAME TO ticket_numbers")
    op.execute(MENDED % "amount")

def downgrade():
    op.execute("ALTER SEQUENCE ticket_numbers RENAME TO ticket_seq")
    op.execute("ALTER TYPE state RENAME VALUE 'active' TO 'open'")
    op.alter_column("sale", "amount", new_column_name="total")
    op.execute(MENDED % "total")
"""


def test_what_the_server_does_not_rename_is_said(change: Change) -> None:
    change.base(OLD, {"migrations/versions/a1.py": FIRST})
    project = change.check(NEW, {"migrations/versions/b2.py": SECOND})
    assert sorted(found.title for found in project.findings if found.code == "stale-code") == [
        "The default of ticket.no still speaks of ticket_seq, which is ticket_numbers now",
        "The policy sale.seen still speaks of 'open', which is 'active' of state now",
        "The view todo still speaks of 'open', which is 'active' of state now",
        "turnover() still speaks of sale.total, which is sale.amount now",
    ]
