"""A letter becomes a flag."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.drop_constraint("member_paid", "member")
    op.alter_column("member", "paid", server_default=None)
    op.alter_column("member", "paid", type_=sa.Boolean(), postgresql_using="paid = 'Y'")
    op.alter_column("member", "paid", server_default=sa.false())


def downgrade() -> None:
    op.alter_column("member", "paid", server_default=None)
    op.alter_column("member", "paid", type_=sa.CHAR(1), postgresql_using="CASE WHEN paid THEN 'Y' ELSE 'N' END")
    op.alter_column("member", "paid", server_default="N")
    op.create_check_constraint("member_paid", "member", "paid IN ('Y', 'N')")
