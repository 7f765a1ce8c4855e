"""Amounts become whole cents: after."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "payment",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("cents", sa.BigInteger, nullable=False),
)
