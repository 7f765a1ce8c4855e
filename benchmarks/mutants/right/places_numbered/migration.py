"""Entries of a list get their place in it."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.add_column("entry", sa.Column("place", sa.Integer()))
    op.execute(
        "UPDATE entry SET place = n.place FROM"
        " (SELECT id, row_number() OVER (PARTITION BY list_id ORDER BY id) AS place FROM entry) n WHERE n.id = entry.id"
    )
    op.alter_column("entry", "place", nullable=False)
    op.create_unique_constraint("entry_place", "entry", ["list_id", "place"])


def downgrade() -> None:
    op.drop_constraint("entry_place", "entry")
    op.drop_column("entry", "place")
