"""A name becomes two columns, and one again."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.add_column("person", sa.Column("first", sa.Text()))
    op.add_column("person", sa.Column("rest", sa.Text()))
    op.execute("UPDATE person SET first = split_part(name, ' ', 1), rest = substr(name, strpos(name || ' ', ' '))")
    op.drop_column("person", "name")


def downgrade() -> None:
    op.add_column("person", sa.Column("name", sa.Text()))
    op.execute("UPDATE person SET name = first || rest")
    op.drop_column("person", "rest")
    op.drop_column("person", "first")
