"""A link between two tables gets a key of its own: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "person",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
)

sa.Table(
    "club",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
)

sa.Table(
    "membership",
    Base.metadata,
    sa.Column("person_id", sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("club_id", sa.ForeignKey("club.id"), primary_key=True),
    sa.Column("since", sa.Date),
)
