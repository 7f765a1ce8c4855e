"""Columns move into a document, and back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.add_column("parcel", sa.Column("size", pg.JSONB()))
    op.execute("UPDATE parcel SET size = jsonb_build_object('width', width, 'height', height)")
    op.alter_column("parcel", "size", nullable=False)
    op.drop_column("parcel", "height")
    op.drop_column("parcel", "width")


def downgrade() -> None:
    op.add_column("parcel", sa.Column("width", sa.Integer()))
    op.add_column("parcel", sa.Column("height", sa.Integer()))
    op.execute("UPDATE parcel SET width = (size ->> 'width')::int, height = (size ->> 'height')::int")
    op.drop_column("parcel", "size")
