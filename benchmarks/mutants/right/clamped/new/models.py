"""Values are brought into a range before there is a check: after."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "rating",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("stars", sa.Integer),
    sa.CheckConstraint("stars BETWEEN 0 AND 5", name="rating_stars"),
)
