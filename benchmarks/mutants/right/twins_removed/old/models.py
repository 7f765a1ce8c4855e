"""Twins go before what has to be unique: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "account",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("mail", sa.String(80)),
)
