"""Two days become a range, and two days again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.add_column("stay", sa.Column("days", pg.DATERANGE()))
    op.execute("UPDATE stay SET days = daterange(first, last, '[)')")
    op.alter_column("stay", "days", nullable=False)
    op.drop_column("stay", "last")
    op.drop_column("stay", "first")
    op.create_check_constraint("stay_days", "stay", "NOT isempty(days)")
    op.create_index("stay_range", "stay", ["days"], postgresql_using="gist")


def downgrade() -> None:
    op.add_column("stay", sa.Column("first", sa.Date()))
    op.add_column("stay", sa.Column("last", sa.Date()))
    op.execute("UPDATE stay SET first = lower(days), last = upper(days)")
    op.alter_column("stay", "first", nullable=False)
    op.alter_column("stay", "last", nullable=False)
    op.drop_column("stay", "days")
    op.create_check_constraint("stay_days", "stay", "first < last")
    op.create_index("stay_first", "stay", ["first"])
