"""Two days become a range, and two days again: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "stay",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
    sa.CheckConstraint("first < last", name="stay_days"),
    sa.Index("stay_first", "first"),
)
