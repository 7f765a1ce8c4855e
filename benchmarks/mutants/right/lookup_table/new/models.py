"""Repeated words move to a table that is pointed at: after."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "kind",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
)

sa.Table(
    "product",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind_id", sa.ForeignKey("kind.id", ondelete="RESTRICT")),
)
