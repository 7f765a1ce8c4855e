"""Two tables with a key between them move to another schema: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


ALEMBIC = {"include_schemas": True}

sa.Table(
    "item",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
)

sa.Table(
    "line",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("item_id", sa.ForeignKey("item.id"), nullable=False),
    sa.Column("amount", sa.Integer),
)
