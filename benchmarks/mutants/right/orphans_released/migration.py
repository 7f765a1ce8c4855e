"""What points at nothing is released before there is a foreign key."""

from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.execute("UPDATE player SET team_id = NULL WHERE NOT EXISTS (SELECT 1 FROM team t WHERE t.id = player.team_id)")
    op.create_foreign_key("player_team", "player", "team", ["team_id"], ["id"], ondelete="SET NULL")


def downgrade() -> None:
    op.drop_constraint("player_team", "player")
