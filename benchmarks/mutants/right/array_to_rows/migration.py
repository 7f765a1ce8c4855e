"""An array becomes rows of a table, in their order."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "step",
        sa.Column("recipe_id", sa.Integer(), sa.ForeignKey("recipe.id"), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("words", sa.Text()),
    )
    op.execute(
        "INSERT INTO step (recipe_id, place, words)"
        " SELECT r.id, u.n, u.w FROM recipe r, unnest(r.steps) WITH ORDINALITY AS u(w, n)"
    )
    op.drop_column("recipe", "steps")


def downgrade() -> None:
    op.add_column("recipe", sa.Column("steps", pg.ARRAY(sa.Text()), nullable=False, server_default="{}"))
    op.execute(
        "UPDATE recipe SET steps = found.words FROM"
        " (SELECT recipe_id, array_agg(words ORDER BY place) AS words FROM step GROUP BY recipe_id) found"
        " WHERE found.recipe_id = recipe.id"
    )
    op.drop_table("step")
