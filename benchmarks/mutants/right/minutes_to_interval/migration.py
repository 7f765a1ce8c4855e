"""Minutes become an interval."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.alter_column("lesson", "minutes", new_column_name="length", server_default=None)
    op.alter_column("lesson", "length", type_=sa.Interval(), postgresql_using="make_interval(secs => length * 60.0)")
    op.alter_column("lesson", "length", server_default=sa.text("'45 minutes'"))


def downgrade() -> None:
    op.alter_column("lesson", "length", new_column_name="minutes", server_default=None)
    op.alter_column("lesson", "minutes", type_=sa.Integer(), postgresql_using="(extract(epoch FROM minutes) / 60)::int")
    op.alter_column("lesson", "minutes", server_default="45")
