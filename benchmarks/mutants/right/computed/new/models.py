"""A sum that is kept by hand is computed by the server from now on: after."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "position",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("price", sa.Numeric(8, 2), nullable=False),
    sa.Column("count", sa.SmallInteger, nullable=False),
    sa.Column("total", sa.Numeric(14, 2), sa.Computed("price * count", persisted=True), index=True),
)
