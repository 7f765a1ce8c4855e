"""A view goes while the column that it reads gets another type."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.execute("DROP VIEW cheap")
    op.alter_column("product", "price", type_=sa.Numeric(12, 4))
    op.execute("CREATE VIEW cheap AS SELECT id, price FROM product WHERE price < 10")


def downgrade() -> None:
    op.execute("DROP VIEW cheap")
    op.alter_column("product", "price", type_=sa.Numeric(8, 2))
    op.execute("CREATE VIEW cheap AS SELECT id, price FROM product WHERE price < 10")
