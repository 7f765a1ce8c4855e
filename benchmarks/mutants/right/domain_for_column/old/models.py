"""A column and its check become a domain: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "address",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("zip", sa.Text, nullable=False),
    sa.CheckConstraint("char_length(zip) = 5", name="address_zip"),
)
