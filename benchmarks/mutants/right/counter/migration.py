"""Posts know how many comments they have."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.add_column("post", sa.Column("replies", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE post SET replies = (SELECT count(*) FROM reply r WHERE r.post_id = post.id AND r.hidden = false)"
    )


def downgrade() -> None:
    op.drop_column("post", "replies")
