"""A value moves out of a document, and back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.add_column("profile", sa.Column("a", pg.JSONB()))
    op.execute(
        "UPDATE profile SET a = data -> 'a', data = data - 'a' WHERE jsonb_typeof(data) = 'object' AND data ? 'a'"
    )


def downgrade() -> None:
    op.execute("UPDATE profile SET data = data || jsonb_build_object('a', a) WHERE a IS NOT NULL")
    op.drop_column("profile", "a")
