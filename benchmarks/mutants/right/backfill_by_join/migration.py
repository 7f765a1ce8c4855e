"""Orders get the name of their customer."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.add_column("purchase", sa.Column("buyer", sa.Text()))
    op.execute("UPDATE purchase SET buyer = c.name FROM customer c WHERE c.id = purchase.customer_id")


def downgrade() -> None:
    op.drop_column("purchase", "buyer")
