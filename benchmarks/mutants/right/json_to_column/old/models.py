"""A value moves out of a document, and back: before."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "profile",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("data", pg.JSONB, nullable=False, server_default="{}"),
)
