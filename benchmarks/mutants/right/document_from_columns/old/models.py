"""Columns move into a document, and back: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "parcel",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("width", sa.Integer),
    sa.Column("height", sa.Integer),
)
