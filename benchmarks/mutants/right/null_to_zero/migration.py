"""What was NULL becomes 0 and has a default."""

from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.execute("UPDATE item SET stock = 0 WHERE stock IS NULL")
    op.alter_column("item", "stock", nullable=False, server_default="0")


def downgrade() -> None:
    op.alter_column("item", "stock", nullable=True, server_default=None)
