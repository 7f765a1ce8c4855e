"""Keys that a migration writes as constants, in a real upgrade: the bot's own rows may well have them."""

from tests.support.changes import Change

MODELS = """
class Account(Base):
    __tablename__ = "account"
    id = Column(Integer, primary_key=True)
    name = Column(Text)

class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    v = Column(Text)
"""
OTHERS = """
    author_id = Column(ForeignKey("account.id"), nullable=False)
    editor_id = Column(ForeignKey("account.id"))
"""
FIRST = """
revision = "a1"
down_revision = None
from alembic import op

def upgrade():
    op.execute("CREATE TABLE account (id serial PRIMARY KEY, name text)")
    op.execute("CREATE TABLE post (id serial PRIMARY KEY, v text)")

def downgrade():
    pass
"""
SECOND = """
revision = "b2"
down_revision = "a1"
from alembic import op
import sqlalchemy as sa

account = sa.table("account", sa.column("id", sa.Integer), sa.column("name", sa.Text))

def upgrade():
    key = sa.ForeignKey("account.id")
    op.add_column("post", sa.Column("author_id", sa.Integer(), key, nullable=False, server_default="1"))
    op.alter_column("post", "author_id", server_default=None)
    op.bulk_insert(account, [{"id": 5000, "name": "nobody"}])
    op.add_column("post", sa.Column("editor_id", sa.Integer(), sa.ForeignKey("account.id")))
    op.execute("UPDATE post SET editor_id = 5000")

def downgrade():
    op.drop_column("post", "editor_id")
    op.drop_column("post", "author_id")
    op.execute("DELETE FROM account WHERE id = 5000")
"""


def test_the_row_that_no_migration_makes_is_named(change: Change) -> None:
    change.base(MODELS, {"migrations/versions/a1.py": FIRST})
    project = change.check(MODELS + OTHERS, {"migrations/versions/b2.py": SECOND})
    assert [found.title for found in project.findings if found.code == "key-taken-for-granted"] == [
        "The upgrade writes 1 into post.author_id, and no migration makes a row with that account.id"
    ]
