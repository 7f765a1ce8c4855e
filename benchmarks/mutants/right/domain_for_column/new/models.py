"""A column and its check become a domain: after."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


zip_code = pg.DOMAIN(
    "zip_code", sa.Text, check="char_length(VALUE) = 5", constraint_name="zip_code_form", metadata=Base.metadata
)

sa.Table(
    "address",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("zip", zip_code, nullable=False),
)
