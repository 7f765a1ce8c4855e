"""A tree is linked by numbers instead of codes."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.add_column("place", sa.Column("parent_id", sa.Integer()))
    op.execute("UPDATE place SET parent_id = p.id FROM place p WHERE p.code = place.parent_code")
    op.create_foreign_key("place_parent_id", "place", "place", ["parent_id"], ["id"])
    op.drop_column("place", "parent_code")


def downgrade() -> None:
    op.add_column("place", sa.Column("parent_code", sa.Text()))
    op.execute("UPDATE place SET parent_code = p.code FROM place p WHERE p.id = place.parent_id")
    op.create_foreign_key("place_parent_code", "place", "place", ["parent_code"], ["code"])
    op.drop_column("place", "parent_id")
