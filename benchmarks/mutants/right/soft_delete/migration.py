"""Rows are marked as gone, and names are unique among the others."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.add_column("project", sa.Column("deleted_at", sa.DateTime(timezone=True)))
    op.create_index(
        "project_name_live", "project", ["name"], unique=True, postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_constraint("project_name_key", "project")


def downgrade() -> None:
    op.execute("DELETE FROM project WHERE deleted_at IS NOT NULL")
    op.drop_index("project_name_live")
    op.create_unique_constraint("project_name_key", "project", ["name"])
    op.drop_column("project", "deleted_at")
