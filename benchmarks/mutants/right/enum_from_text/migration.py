"""A text with three values becomes an enum."""

from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.drop_constraint("ticket_state", "ticket")
    op.execute("CREATE TYPE ticket_state AS ENUM ('new', 'open', 'closed')")
    op.execute(
        "ALTER TABLE ticket ALTER state TYPE ticket_state"
        " USING CASE state WHEN 'done' THEN 'closed' ELSE state END::ticket_state"
    )


def downgrade() -> None:
    op.execute(
        "ALTER TABLE ticket ALTER state TYPE text USING CASE state WHEN 'closed' THEN 'done' ELSE state::text END"
    )
    op.execute("DROP TYPE ticket_state")
    op.create_check_constraint("ticket_state", "ticket", "state IN ('new', 'open', 'done')")
