"""A link between two tables gets a key of its own: after."""

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
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("person_id", sa.ForeignKey("person.id"), nullable=False),
    sa.Column("club_id", sa.ForeignKey("club.id"), nullable=False),
    sa.Column("since", sa.Date),
    sa.UniqueConstraint("person_id", "club_id", name="membership_once"),
)
