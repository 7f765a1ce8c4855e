"""A flag becomes the time from which it holds: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "note",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("archived", sa.Boolean, nullable=False),
    sa.Column("changed", sa.DateTime),
    sa.Column("made", sa.DateTime, nullable=False),
)
