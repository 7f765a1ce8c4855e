"""Long titles are cut before the column is."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.execute("UPDATE article SET title = left(title, 40)")
    op.alter_column("article", "title", type_=sa.String(40))


def downgrade() -> None:
    op.alter_column("article", "title", type_=sa.Text())
