"""Two tables of the same form become one with a kind."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "animal",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("old_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('cat', 'dog')", name="animal_kind"),
        sa.UniqueConstraint("kind", "old_id", name="animal_old"),
    )
    op.execute("INSERT INTO animal (kind, old_id, name) SELECT 'cat', id, name FROM cat ORDER BY id")
    op.execute("INSERT INTO animal (kind, old_id, name) SELECT 'dog', id, name FROM dog ORDER BY id")
    op.drop_table("dog")
    op.drop_table("cat")


def downgrade() -> None:
    op.create_table(
        "cat", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text(), nullable=False)
    )
    op.create_table(
        "dog", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text(), nullable=False)
    )
    op.execute("INSERT INTO cat (id, name) SELECT old_id, name FROM animal WHERE kind = 'cat'")
    op.execute("INSERT INTO dog (id, name) SELECT old_id, name FROM animal WHERE kind = 'dog'")
    op.execute("SELECT setval('cat_id_seq', coalesce(max(id), 0) + 1, false) FROM cat")
    op.execute("SELECT setval('dog_id_seq', coalesce(max(id), 0) + 1, false) FROM dog")
    op.drop_table("animal")
