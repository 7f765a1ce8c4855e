"""A key and what points at it hold larger numbers."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.alter_column("customer", "id", type_=sa.BigInteger())
    op.alter_column("bill", "customer_id", type_=sa.BigInteger())
    op.execute("ALTER SEQUENCE customer_id_seq AS bigint")


def downgrade() -> None:
    op.execute("ALTER SEQUENCE customer_id_seq AS integer")
    op.alter_column("bill", "customer_id", type_=sa.Integer())
    op.alter_column("customer", "id", type_=sa.Integer())
