"""Columns move into a document, and back: after."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "parcel",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("size", pg.JSONB, nullable=False),
)
