"""One reference of a row becomes any number of them."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "post_tag",
        sa.Column("post_id", sa.Integer(), sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("tag_id", sa.Integer(), sa.ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True),
    )
    op.execute("INSERT INTO post_tag (post_id, tag_id) SELECT id, tag_id FROM post WHERE tag_id IS NOT NULL")
    op.drop_column("post", "tag_id")


def downgrade() -> None:
    op.add_column("post", sa.Column("tag_id", sa.Integer(), sa.ForeignKey("tag.id")))
    op.execute(
        "UPDATE post SET tag_id = p.tag_id FROM"
        " (SELECT post_id, min(tag_id) AS tag_id FROM post_tag GROUP BY post_id) p WHERE p.post_id = post.id"
    )
    op.drop_table("post_tag")
