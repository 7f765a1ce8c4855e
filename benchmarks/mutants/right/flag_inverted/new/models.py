"""A flag says the contrary from now on: after."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "feature",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("disabled", sa.Boolean, nullable=False, server_default=sa.false()),
)
