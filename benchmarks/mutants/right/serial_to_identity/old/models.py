"""A serial key becomes an identity, which goes on with its numbers: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "entry",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("words", sa.Text),
)
