"""Digits become a number, everything else NULL, and the texts are kept beside it: after."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "reading",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("value", sa.Numeric),
    sa.Column("original", sa.String(20)),
)
