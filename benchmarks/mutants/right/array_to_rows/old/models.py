"""An array becomes rows of a table, in their order: before."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "recipe",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("steps", pg.ARRAY(sa.Text), nullable=False, server_default="{}"),
)
