"""A label gets another name and another place, in a type that is made again: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "task",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("urgency", sa.Enum("high", "normal", "low", name="urgency"), nullable=False, server_default="normal"),
)
