"""Two columns become an array, and two columns again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("numbers", pg.ARRAY(sa.Text())))
    op.execute("UPDATE contact SET numbers = ARRAY[phone, mobile]")
    op.alter_column("contact", "numbers", nullable=False)
    op.drop_column("contact", "mobile")
    op.drop_column("contact", "phone")


def downgrade() -> None:
    op.add_column("contact", sa.Column("phone", sa.Text()))
    op.add_column("contact", sa.Column("mobile", sa.Text()))
    op.execute("UPDATE contact SET phone = numbers[1], mobile = numbers[2]")
    op.drop_column("contact", "numbers")
