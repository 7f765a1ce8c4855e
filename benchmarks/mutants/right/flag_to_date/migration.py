"""A flag becomes the time from which it holds."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.add_column("note", sa.Column("archived_at", sa.DateTime()))
    op.execute("UPDATE note SET archived_at = coalesce(changed, made) WHERE archived = true")
    op.drop_column("note", "archived")


def downgrade() -> None:
    op.add_column("note", sa.Column("archived", sa.Boolean()))
    op.execute("UPDATE note SET archived = archived_at IS NOT NULL")
    op.alter_column("note", "archived", nullable=False)
    op.drop_column("note", "archived_at")
