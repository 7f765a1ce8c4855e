"""The same tables, written another way: after."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, Numeric, PrimaryKeyConstraint, String, Table, text
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


Table(
    "child",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("parent_id", Integer, nullable=False),
    ForeignKeyConstraint(["parent_id"], ["parent.id"]),
)
Table(
    "parent",
    Base.metadata,
    Column("price", Numeric(10, 2), server_default=text("0"), nullable=False),
    Column("name", String(10), nullable=False),
    Column("id", Integer),
    PrimaryKeyConstraint("id"),
    Index("ix_parent_name", "name", unique=True),
)
