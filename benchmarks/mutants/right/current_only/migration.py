"""One current address for each person."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.execute(
        "UPDATE address SET current = false WHERE current AND EXISTS"
        " (SELECT 1 FROM address b WHERE b.person = address.person AND b.current AND b.id > address.id)"
    )
    op.create_index("one_current", "address", ["person"], unique=True, postgresql_where=sa.text("current"))


def downgrade() -> None:
    op.drop_index("one_current")
