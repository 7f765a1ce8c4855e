"""Amounts become whole cents."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.add_column("payment", sa.Column("cents", sa.BigInteger()))
    op.execute("UPDATE payment SET cents = amount * 100")
    op.alter_column("payment", "cents", nullable=False)
    op.drop_column("payment", "amount")


def downgrade() -> None:
    op.add_column("payment", sa.Column("amount", sa.Numeric(10, 2)))
    op.execute("UPDATE payment SET amount = cents / 100.0")
    op.alter_column("payment", "amount", nullable=False)
    op.drop_column("payment", "cents")
