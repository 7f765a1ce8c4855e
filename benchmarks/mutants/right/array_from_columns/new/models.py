"""Two columns become an array, and two columns again: after."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "contact",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("numbers", pg.ARRAY(sa.Text), nullable=False),
)
