"""A flag says the contrary from now on."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.alter_column("feature", "enabled", new_column_name="disabled", server_default=sa.false())
    op.execute("UPDATE feature SET disabled = NOT disabled")


def downgrade() -> None:
    op.execute("UPDATE feature SET disabled = NOT disabled")
    op.alter_column("feature", "disabled", new_column_name="enabled", server_default=sa.true())
