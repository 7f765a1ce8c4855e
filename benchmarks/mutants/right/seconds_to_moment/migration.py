"""Seconds since 1970 become a moment."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.alter_column("visit", "at", type_=sa.DateTime(timezone=True), postgresql_using="to_timestamp(at)")


def downgrade() -> None:
    op.alter_column("visit", "at", type_=sa.Integer(), postgresql_using="extract(epoch FROM at)::int")
