"""Two columns become an array, and two columns again: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "contact",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("phone", sa.Text),
    sa.Column("mobile", sa.Text),
)
