"""Local times get their zone."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.alter_column("event", "at", type_=sa.DateTime(timezone=True), postgresql_using="at AT TIME ZONE 'Asia/Tokyo'")


def downgrade() -> None:
    op.alter_column("event", "at", type_=sa.DateTime(), postgresql_using="at AT TIME ZONE 'Asia/Tokyo'")
