"""Mail addresses are found without regard to case."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.add_column("login", sa.Column("key", sa.Text()))
    op.execute("UPDATE login SET key = lower(trim(mail))")
    op.alter_column("login", "key", nullable=False)
    op.create_index("login_key", "login", ["key"])
    op.drop_index("login_mail")


def downgrade() -> None:
    op.create_index("login_mail", "login", ["mail"])
    op.drop_index("login_key")
    op.drop_column("login", "key")
