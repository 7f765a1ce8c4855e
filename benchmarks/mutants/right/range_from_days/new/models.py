"""Two days become a range, and two days again: after."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "stay",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("days", pg.DATERANGE, nullable=False),
    sa.CheckConstraint("NOT isempty(days)", name="stay_days"),
    sa.Index("stay_range", "days", postgresql_using="gist"),
)
