"""A link between two tables gets a key of its own."""

from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.drop_constraint("membership_pkey", "membership")
    op.execute("ALTER TABLE membership ADD COLUMN id serial")
    op.create_primary_key("membership_pkey", "membership", ["id"])
    op.create_unique_constraint("membership_once", "membership", ["person_id", "club_id"])


def downgrade() -> None:
    op.drop_constraint("membership_once", "membership")
    op.drop_column("membership", "id")
    op.create_primary_key("membership_pkey", "membership", ["person_id", "club_id"])
