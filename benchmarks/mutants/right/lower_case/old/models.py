"""Mail addresses are found without regard to case: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "login",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("mail", sa.Text, nullable=False),
    sa.Index("login_mail", "mail"),
)
