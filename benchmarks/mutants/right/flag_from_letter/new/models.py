"""A letter becomes a flag: after."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "member",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("paid", sa.Boolean, nullable=False, server_default=sa.false()),
)
