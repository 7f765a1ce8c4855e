"""A sum that is kept by hand is computed by the server from now on."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.add_column("position", sa.Column("total", sa.Numeric(14, 2), sa.Computed("price * count", persisted=True)))
    op.create_index("ix_position_total", "position", ["total"])


def downgrade() -> None:
    op.drop_index("ix_position_total")
    op.drop_column("position", "total")
