"""Entries of a list get their place in it: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "list",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
)

sa.Table(
    "entry",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("list_id", sa.ForeignKey("list.id"), nullable=False),
)
