"""A tree is linked by numbers instead of codes: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "place",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("parent_code", sa.ForeignKey("place.code", name="place_parent_code")),
)
