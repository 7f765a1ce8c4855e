"""Values are brought into a range before there is a check."""

from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.execute("UPDATE rating SET stars = 0 WHERE stars < 0")
    op.execute("UPDATE rating SET stars = 5 WHERE stars > 5")
    op.create_check_constraint("rating_stars", "rating", "stars BETWEEN 0 AND 5")


def downgrade() -> None:
    op.drop_constraint("rating_stars", "rating")
