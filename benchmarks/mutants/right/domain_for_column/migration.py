"""A column and its check become a domain."""

from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.execute("CREATE DOMAIN zip_code AS text CONSTRAINT zip_code_form CHECK (char_length(VALUE) = 5)")
    op.execute("ALTER TABLE address ALTER zip TYPE zip_code")
    op.drop_constraint("address_zip", "address")


def downgrade() -> None:
    op.create_check_constraint("address_zip", "address", "char_length(zip) = 5")
    op.execute("ALTER TABLE address ALTER zip TYPE text")
    op.execute("DROP DOMAIN zip_code")
