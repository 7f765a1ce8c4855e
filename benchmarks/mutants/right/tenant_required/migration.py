"""Rows belong to a tenant, which is that of their owner."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.add_column("file", sa.Column("tenant_id", sa.Integer()))
    op.execute("UPDATE file SET tenant_id = (SELECT o.tenant_id FROM owner o WHERE o.id = file.owner_id)")
    op.alter_column("file", "tenant_id", nullable=False)
    op.create_foreign_key("file_tenant", "file", "tenant", ["tenant_id"], ["id"])
    op.create_index("ix_file_tenant_id", "file", ["tenant_id"])


def downgrade() -> None:
    op.drop_index("ix_file_tenant_id")
    op.drop_constraint("file_tenant", "file")
    op.drop_column("file", "tenant_id")
