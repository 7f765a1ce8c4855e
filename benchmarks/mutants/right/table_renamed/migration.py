"""A table gets another name, with its sequence, its constraints and what points at it."""

from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.rename_table("client", "customer")
    op.execute("ALTER SEQUENCE client_id_seq RENAME TO customer_id_seq")
    op.execute("ALTER TABLE customer RENAME CONSTRAINT client_pkey TO customer_pkey")
    op.execute("ALTER TABLE customer RENAME CONSTRAINT client_mail_key TO customer_mail_key")
    op.alter_column("invoice", "client_id", new_column_name="customer_id")
    op.execute("ALTER TABLE invoice RENAME CONSTRAINT invoice_client_id_fkey TO invoice_customer_id_fkey")
    op.execute("ALTER INDEX ix_invoice_client_id RENAME TO ix_invoice_customer_id")


def downgrade() -> None:
    op.execute("ALTER INDEX ix_invoice_customer_id RENAME TO ix_invoice_client_id")
    op.execute("ALTER TABLE invoice RENAME CONSTRAINT invoice_customer_id_fkey TO invoice_client_id_fkey")
    op.alter_column("invoice", "customer_id", new_column_name="client_id")
    op.execute("ALTER TABLE customer RENAME CONSTRAINT customer_mail_key TO client_mail_key")
    op.execute("ALTER TABLE customer RENAME CONSTRAINT customer_pkey TO client_pkey")
    op.execute("ALTER SEQUENCE customer_id_seq RENAME TO client_id_seq")
    op.rename_table("customer", "client")
