"""Two tables with a key between them move to another schema."""

from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA shop")
    op.execute("ALTER TABLE item SET SCHEMA shop")
    op.execute("ALTER TABLE line SET SCHEMA shop")


def downgrade() -> None:
    op.execute("ALTER TABLE shop.line SET SCHEMA public")
    op.execute("ALTER TABLE shop.item SET SCHEMA public")
    op.execute("DROP SCHEMA shop")
