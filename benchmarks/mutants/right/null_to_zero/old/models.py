"""What was NULL becomes 0 and has a default: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "item",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("stock", sa.Integer),
    sa.Column("reserved", sa.Integer),
)
