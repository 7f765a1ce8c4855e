"""Repeated words move to a table that is pointed at."""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "kind",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False, unique=True),
    )
    op.execute("INSERT INTO kind (name) SELECT kind FROM product WHERE kind IS NOT NULL GROUP BY kind ORDER BY kind")
    op.add_column("product", sa.Column("kind_id", sa.Integer(), sa.ForeignKey("kind.id", ondelete="RESTRICT")))
    op.execute("UPDATE product SET kind_id = k.id FROM kind k WHERE k.name = product.kind")
    op.drop_column("product", "kind")


def downgrade() -> None:
    op.add_column("product", sa.Column("kind", sa.Text()))
    op.execute("UPDATE product SET kind = k.name FROM kind k WHERE k.id = product.kind_id")
    op.drop_column("product", "kind_id")
    op.drop_table("kind")
