"""A new column is filled from another one, and required."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.add_column("person", sa.Column("shown", sa.Text()))
    op.execute("UPDATE person SET shown = coalesce(nickname, name)")
    op.alter_column("person", "shown", nullable=False)


def downgrade() -> None:
    op.drop_column("person", "shown")
