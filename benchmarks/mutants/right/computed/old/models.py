"""A sum that is kept by hand is computed by the server from now on: before."""

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
)
