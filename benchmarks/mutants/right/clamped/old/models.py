"""Values are brought into a range before there is a check: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "rating",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("stars", sa.Integer),
)
