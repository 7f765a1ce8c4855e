"""Digits become a number, everything else NULL, and the texts are kept beside it."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.add_column("reading", sa.Column("original", sa.String(20)))
    op.execute("UPDATE reading SET original = value")
    op.alter_column(
        "reading",
        "value",
        type_=sa.Numeric(),
        postgresql_using="CASE WHEN value ~ '^[0-9]+$' THEN value::numeric END",
    )


def downgrade() -> None:
    op.alter_column("reading", "value", type_=sa.String(20), postgresql_using="original")
    op.drop_column("reading", "original")
