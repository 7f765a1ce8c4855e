"""Two flags become one state."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.add_column("post", sa.Column("state", sa.SmallInteger()))
    op.execute("UPDATE post SET state = published::int + 2 * removed::int")
    op.alter_column("post", "state", nullable=False)
    op.drop_column("post", "removed")
    op.drop_column("post", "published")


def downgrade() -> None:
    op.add_column("post", sa.Column("published", sa.Boolean()))
    op.add_column("post", sa.Column("removed", sa.Boolean()))
    op.execute("UPDATE post SET published = state % 2 = 1, removed = state >= 2")
    op.alter_column("post", "published", nullable=False)
    op.alter_column("post", "removed", nullable=False)
    op.drop_column("post", "state")
