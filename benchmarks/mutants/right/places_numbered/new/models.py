"""Entries of a list get their place in it: after."""

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
    sa.Column("place", sa.Integer, nullable=False),
    sa.UniqueConstraint("list_id", "place", name="entry_place"),
)
