"""A letter becomes a flag: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "member",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("paid", sa.CHAR(1), nullable=False, server_default="N"),
    sa.CheckConstraint("paid IN ('Y', 'N')", name="member_paid"),
)
