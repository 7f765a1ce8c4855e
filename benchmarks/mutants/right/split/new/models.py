"""A name becomes two columns, and one again: after."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "person",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("first", sa.Text),
    sa.Column("rest", sa.Text),
)
