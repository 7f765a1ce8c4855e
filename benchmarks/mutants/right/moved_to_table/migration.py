"""Columns move to a table of their own."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "address",
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("street", sa.Text()),
        sa.Column("city", sa.Text()),
    )
    op.execute("INSERT INTO address (person_id, street, city) SELECT id, street, city FROM person")
    op.drop_column("person", "city")
    op.drop_column("person", "street")


def downgrade() -> None:
    op.add_column("person", sa.Column("street", sa.Text()))
    op.add_column("person", sa.Column("city", sa.Text()))
    op.execute("UPDATE person SET street = a.street, city = a.city FROM address a WHERE a.person_id = person.id")
    op.drop_table("address")
