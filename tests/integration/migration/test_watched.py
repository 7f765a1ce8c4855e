"""Privileges, which the bot compares and does not write, through the whole job."""

from tests.integration.migration.test_own_migrations import second
from tests.support.changes import Change, codes

JOB = """
class Job(Base):
    __tablename__ = "job"
    id = Column(Integer, primary_key=True)
"""
GRANT = """
event.listen(Base.metadata, "after_create", DDL("GRANT SELECT ON job TO PUBLIC"))
"""
FIRST = """
revision = "a1"
down_revision = None
from alembic import op
import sqlalchemy as sa

def upgrade():
    op.create_table("job", sa.Column("id", sa.Integer(), primary_key=True))

def downgrade():
    op.drop_table("job")
"""


def test_models_that_grant_something_are_not_unchanged(change: Change) -> None:
    change.base(JOB, {"migrations/versions/a1_first.py": FIRST})
    project = change.check(JOB + GRANT)
    assert project.status == "warning"
    assert "not-as-declared" in codes(project)


def test_a_migration_that_grants_it_is_proven(change: Change) -> None:
    change.base(JOB, {"migrations/versions/a1_first.py": FIRST})
    up, down = "op.execute('GRANT SELECT ON job TO PUBLIC')", "op.execute('REVOKE SELECT ON job FROM PUBLIC')"
    assert change.check(JOB + GRANT, second(up, down)).status == "proven"


def test_a_view_that_is_made_anew_without_its_grants_is_not_proven(change: Change) -> None:
    view = (
        'event.listen(Base.metadata, "after_create", DDL("CREATE VIEW jobs AS SELECT id FROM job"))\n'
        'event.listen(Base.metadata, "after_create", DDL("GRANT SELECT ON jobs TO PUBLIC"))\n'
    )
    more = (
        '\n    op.execute("CREATE VIEW jobs AS SELECT id FROM job")\n    op.execute("GRANT SELECT ON jobs TO PUBLIC")\n'
    )
    first = FIRST.replace("primary_key=True))\n", "primary_key=True))" + more).replace(
        "op.drop_table", 'op.execute("DROP VIEW jobs"); op.drop_table'
    )
    change.base(JOB + view, {"migrations/versions/a1_first.py": first})
    anew = 'op.execute("DROP VIEW jobs")\nop.execute("CREATE VIEW jobs AS SELECT id FROM job")\n'
    add, drop = "op.add_column('job', sa.Column('age', sa.Integer()))", "op.drop_column('job', 'age')"
    project = change.check(JOB + "    age = Column(Integer)\n" + view, second(anew + add, drop))
    assert project.status == "warning"
    assert "not-as-declared" in codes(project)
