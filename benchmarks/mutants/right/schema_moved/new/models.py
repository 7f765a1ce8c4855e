"""Two tables with a key between them move to another schema: after."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


ALEMBIC = {"include_schemas": True}

sa.event.listen(Base.metadata, "before_create", sa.DDL("CREATE SCHEMA IF NOT EXISTS shop"))

sa.Table(
    "item",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    schema="shop",
)

sa.Table(
    "line",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("item_id", sa.ForeignKey("shop.item.id"), nullable=False),
    sa.Column("amount", sa.Integer),
    schema="shop",
)
