"""What pointed at a town by country and number points at its key."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.add_column("inhabitant", sa.Column("town_id", sa.Integer()))
    op.execute(
        "UPDATE inhabitant SET town_id = t.id FROM town t"
        " WHERE t.country = inhabitant.country AND t.number = inhabitant.number"
    )
    op.alter_column("inhabitant", "town_id", nullable=False)
    op.drop_constraint("inhabitant_town", "inhabitant")
    op.create_foreign_key("inhabitant_town", "inhabitant", "town", ["town_id"], ["id"])
    op.drop_column("inhabitant", "number")
    op.drop_column("inhabitant", "country")


def downgrade() -> None:
    op.add_column("inhabitant", sa.Column("country", sa.SmallInteger()))
    op.add_column("inhabitant", sa.Column("number", sa.SmallInteger()))
    op.execute(
        "UPDATE inhabitant SET country = t.country, number = t.number FROM town t WHERE t.id = inhabitant.town_id"
    )
    op.alter_column("inhabitant", "country", nullable=False)
    op.alter_column("inhabitant", "number", nullable=False)
    op.drop_constraint("inhabitant_town", "inhabitant")
    op.create_foreign_key("inhabitant_town", "inhabitant", "town", ["country", "number"], ["country", "number"])
    op.drop_column("inhabitant", "town_id")
