"""Twins go before what has to be unique."""

from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.execute("DELETE FROM account a USING account b WHERE a.mail = b.mail AND a.id > b.id")
    op.create_unique_constraint("account_mail_key", "account", ["mail"])


def downgrade() -> None:
    op.drop_constraint("account_mail_key", "account")
