"""What came before 2024 gets a partition of its own."""

from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.execute("ALTER TABLE event DETACH PARTITION event_rest")
    op.execute("CREATE TABLE event_old PARTITION OF event FOR VALUES FROM (MINVALUE) TO ('2024-01-01')")
    op.execute("INSERT INTO event_old SELECT * FROM event_rest WHERE day < '2024-01-01'")
    op.execute("DELETE FROM event_rest WHERE day < '2024-01-01'")
    op.execute("ALTER TABLE event ATTACH PARTITION event_rest DEFAULT")


def downgrade() -> None:
    op.execute("ALTER TABLE event DETACH PARTITION event_old")
    op.execute("INSERT INTO event_rest SELECT * FROM event_old")
    op.execute("DROP TABLE event_old")
