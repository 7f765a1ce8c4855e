"""A label gets another name and another place, in a type that is made again."""

from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.alter_column("task", "urgency", server_default=None)
    op.execute("ALTER TYPE urgency RENAME TO urgency_old")
    op.execute("CREATE TYPE urgency AS ENUM ('low', 'medium', 'high')")
    op.execute(
        "ALTER TABLE task ALTER urgency TYPE urgency"
        " USING CASE urgency WHEN 'normal' THEN 'medium' ELSE urgency::text END::urgency"
    )
    op.execute("DROP TYPE urgency_old")
    op.alter_column("task", "urgency", server_default="medium")


def downgrade() -> None:
    op.alter_column("task", "urgency", server_default=None)
    op.execute("ALTER TYPE urgency RENAME TO urgency_old")
    op.execute("CREATE TYPE urgency AS ENUM ('high', 'normal', 'low')")
    op.execute(
        "ALTER TABLE task ALTER urgency TYPE urgency"
        " USING CASE urgency WHEN 'medium' THEN 'normal' ELSE urgency::text END::urgency"
    )
    op.execute("DROP TYPE urgency_old")
    op.alter_column("task", "urgency", server_default="normal")
